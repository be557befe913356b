// Gusto: the uuid of an employee, nothing else. What the API says of them now counts.
//
// A termination is announced (employee.terminated) for a last day to come, and may be taken back (employee.termination_cancelled). Neither delivery says which, so that both are
// named after the employee: a retraction of gusto:{employee}:termination takes back what was announced before it was recorded, in whatever order the two arrive,
// and nothing that is announced later (terminated, cancelled, terminated again).
// Assumed: timestamp is in seconds; terminations are listed on the employee, a cancelled one no longer; effective_date is the last day, inclusive (documented); employee.termination_effective, also spelled
// terminated_effective, comes at 00:00 Pacific of the day after the last day; the primary job's hire_date is the start; work_email is the e-mail, else email.
const people = ['created', 'updated', 'onboarded', 'terminated', 'termination_cancelled', 'termination_effective', 'terminated_effective', 'rehired', 'rehire_effective', 'rehire_cancelled'];

function lookups(delivery, context) {
    const body = delivery.body;
    const [entity, what] = String(body?.event_type ?? '').split('.');
    return entity === 'employee' && people.includes(what) ? [{ id: context.id(body.entity_uuid) }] : [];
}

function map(delivery, context) {
    const body = delivery.body;
    const what = String(body?.event_type ?? '').split('.')[1];
    const recordedAt = context.instant(body?.timestamp) ?? delivery.receivedAt;
    if (body?.event_type === 'employee.deleted') return context.person({ vendor: 'gusto', employeeId: context.id(body.entity_uuid), recordedAt, left: true });
    return context.answers.flatMap(answer => answer.status === 404
        ? context.person({ vendor: 'gusto', employeeId: answer.values.id, recordedAt, left: true })
        : person(answer.body ?? fail('The answer has no employee.'), answer.values.id, recordedAt, what, context));
}

function person(said, employeeId, recordedAt, what, context) {
    // A hire that waits for its first day is withdrawn by a leave without a date.
    if (what === 'rehire_cancelled') return [{ id: `gusto:${employeeId}:withdrawn`, type: 'leave', employeeId, occurredAt: recordedAt }];
    const job = (said.jobs ?? []).find(j => j.primary) ?? (said.jobs ?? [])[0];
    const start = context.day(job?.hire_date);
    const ends = (said.terminations ?? []).map(t => context.day(t.effective_date)).filter(d => d).sort();
    // The day that it became effective is known even where the list is not shown.
    const effective = what === 'termination_effective' || what === 'terminated_effective';
    const lastDay = ends.at(-1) ?? (effective ? context.addDays(context.dayOf(recordedAt, 'America/Los_Angeles'), -1) : null);
    const left = (said.terminated === true || effective) && !(start && lastDay && start > lastDay);
    return context.person({
        vendor: 'gusto', employeeId, recordedAt, isNew: what === 'created', employed: !left, start, lastDay, left,
        // Unsigned deliveries do not say what happened.
        cancels: what === 'termination_cancelled' || what === undefined,
        member: { email: context.pick(said.work_email, said.email), firstName: context.pick(said.preferred_first_name, said.first_name), lastName: context.text(said.last_name), jobTitle: context.text(job?.title) },
        team: context.department(said.department),
    });
}

const delivery = (what, timestamp) => ({ body: { uuid: `d-${what}`, event_type: `employee.${what}`, resource_type: 'Company', resource_uuid: 'c-1', entity_type: 'Employee', entity_uuid: 'e-1', timestamp } });
const sam = { uuid: 'e-1', first_name: 'Sam', last_name: 'Okafor', email: 'sam@example.test', department: 'Sales', terminated: false, terminations: [], jobs: [{ primary: true, title: 'Seller', hire_date: '2024-01-08' }] };
const sales = { id: 'gusto:team:department:Sales', type: 'team', teamId: 'department:Sales', name: 'Sales' };
const member = { email: 'sam@example.test', firstName: 'Sam', lastName: 'Okafor', jobTitle: 'Seller' };
const there = occurredAt => [
    sales,
    { id: 'gusto:e-1:start', type: 'hire', employeeId: 'e-1', effectiveAt: '2024-01-08' },
    { id: 'gusto:e-1:profile', type: 'update', employeeId: 'e-1', occurredAt, member },
    { id: 'gusto:e-1:team', type: 'move', employeeId: 'e-1', occurredAt, teams: [{ teamId: 'department:Sales' }] },
];

const samples = [
    { name: 'the token of a registration', delivery: { body: { verification_token: 't', webhook_subscription_uuid: 'w' } }, events: [] },
    { name: 'of a company', delivery: { body: { uuid: 'd', event_type: 'company.updated', entity_type: 'Company', entity_uuid: 'c-1', timestamp: 1772442000 } }, events: [] },
    {
        name: 'a joiner', delivery: delivery('created', 1704445200), lookups: [{ id: 'e-1' }], answers: [{ body: sam }],
        events: [sales, { id: 'gusto:e-1:start', type: 'hire', employeeId: 'e-1', occurredAt: '2024-01-05T09:00:00Z', effectiveAt: '2024-01-08', member, teams: [{ teamId: 'department:Sales' }] }],
    },
    {
        name: 'terminated, for later', delivery: delivery('terminated', 1772442000), answers: [{ body: { ...sam, terminations: [{ uuid: 't-1', effective_date: '2026-03-31', active: false, cancelable: true }] } }],
        events: [...there('2026-03-02T09:00:00Z'), { id: 'gusto:e-1:termination', type: 'leave', employeeId: 'e-1', occurredAt: '2026-03-02T09:00:00Z', lastDay: '2026-03-31' }],
    },
    {
        name: 'and cancelled', delivery: delivery('termination_cancelled', 1772528400), answers: [{ body: sam }],
        events: [...there('2026-03-03T09:00:00Z'), { id: 'gusto:e-1:termination:cancelled', type: 'retract', eventId: 'gusto:e-1:termination', occurredAt: '2026-03-03T09:00:00Z', effectiveAt: '2024-01-08' }],
    },
    {
        name: 'effective, and the list is not shown', delivery: delivery('termination_effective', 1775026800), answers: [{ body: { uuid: 'e-1', terminated: true } }],
        events: [{ id: 'gusto:e-1:termination', type: 'leave', employeeId: 'e-1', occurredAt: '2026-04-01T07:00:00Z', lastDay: '2026-03-31' }],
    },
    {
        name: 'effective, spelled otherwise', delivery: delivery('terminated_effective', 1775026800), answers: [{ body: { ...sam, terminated: true, terminations: [{ uuid: 't-1', effective_date: '2026-03-31', active: true }] } }], timeZone: 'America/Los_Angeles',
        events: [{ id: 'gusto:e-1:termination', type: 'leave', employeeId: 'e-1', occurredAt: '2026-04-01T07:00:00Z', lastDay: '2026-03-31' }],
    },
    {
        name: 'hired again, and not after all', delivery: delivery('rehire_cancelled', 1775030400), answers: [{ body: { ...sam, terminated: true } }],
        events: [{ id: 'gusto:e-1:withdrawn', type: 'leave', employeeId: 'e-1', occurredAt: '2026-04-01T08:00:00Z' }],
    },
    {
        name: 'deleted', delivery: delivery('deleted', 1772442000),
        events: [{ id: 'gusto:e-1:termination', type: 'leave', employeeId: 'e-1', occurredAt: '2026-03-02T09:00:00Z' }],
    },
];
