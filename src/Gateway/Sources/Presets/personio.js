// Personio, webhooks of API v2: ids only. The person and their employments are asked for.
//
// The employee id is the person's. Of several employments the one that starts last counts; an end before that start is one of an earlier time.
// Assumed: termination.termination_date is the last day of the employment, inclusive (last_working_date, the last day at work, is not what ends membership);
// without it employment_end_date is; an org unit of type department, else team, is the team, where the answer has its name; a team whose name is not answered is not said.
function lookups(delivery, context) {
    const body = delivery.body;
    if (!body?.payload?.person_id || body.event_name === 'person.deleted') return [];
    const id = context.id(body.payload.person_id);
    return [{ id }, { call: 'employments', id }];
}

function map(delivery, context) {
    const body = delivery.body;
    const recordedAt = context.instant(body?.occurred_at) ?? delivery.receivedAt;
    if (body?.event_name === 'person.deleted') return context.person({ vendor: 'personio', employeeId: context.id(body.payload.person_id), recordedAt, left: true });
    const people = context.answers.filter(a => a.values.call !== 'employments');
    return people.flatMap(p => {
        const employments = context.answers.find(a => a.values.call === 'employments' && a.values.id === p.values.id);
        return p.status === 404
            ? context.person({ vendor: 'personio', employeeId: p.values.id, recordedAt, left: true })
            : person(p.body ?? fail('The answer has no person.'), employments?.body?._data ?? [], p.values.id, recordedAt, body, context);
    });
}

function person(said, employments, employeeId, recordedAt, body, context) {
    const job = [...employments].sort((a, b) => String(a.employment_start_date ?? '').localeCompare(String(b.employment_start_date ?? ''))).at(-1) ?? {};
    const lastDay = context.day(job.termination?.termination_date) ?? context.day(job.employment_end_date);
    // Terminated says so of one employment: that of another, earlier one ends nothing.
    const ended = body?.event_name === 'employment.terminated' && (job.id === undefined || context.id(job.id) === context.id(body.payload.employment_id));
    const left = context.text(job.status ?? said.status) === 'INACTIVE' || ended;
    const unit = (job.org_units ?? []).find(u => u.type === 'department') ?? (job.org_units ?? []).find(u => u.type === 'team');
    return context.person({
        vendor: 'personio', employeeId, recordedAt, isNew: body?.event_name === 'person.created', employed: !left, cancels: !left && body?.event_name !== 'person.created',
        start: context.day(job.employment_start_date), lastDay, left,
        member: {
            email: context.text(said.email), firstName: context.pick(said.preferred_name, said.first_name), lastName: context.text(said.last_name),
            jobTitle: context.text(job.position?.title),
        },
        team: unit?.name ? { id: `${unit.type}:${context.id(unit.id)}`, name: context.text(unit.name) } : undefined,
    });
}

const terminated = { company_id: '1234', event_name: 'employment.terminated', occurred_at: '2026-03-02T09:00:00Z', payload: { person_id: '12345', employment_id: '67890' }, meta: {} };
const updated = { company_id: '1234', event_name: 'employment.updated', occurred_at: '2026-02-01T09:00:00Z', payload: { person_id: 12345, employment_id: 67890 }, meta: {} };
const lea = { id: '12345', email: 'lea@example.test', first_name: 'Léa', last_name: 'Martin', status: 'ACTIVE' };
const leaMember = { email: 'lea@example.test', firstName: 'Léa', lastName: 'Martin', jobTitle: 'Designer' };
const job = { id: '67890', status: 'ACTIVE', employment_start_date: '2021-04-01', position: { title: 'Designer' }, org_units: [{ type: 'department', id: '5', name: 'Design' }], termination: null };
const design = occurredAt => ({ id: 'personio:team:department:5', type: 'team', teamId: 'department:5', name: 'Design', occurredAt });
const there = [
    design('2026-02-01T09:00:00Z'),
    { id: 'personio:12345:start', type: 'hire', employeeId: '12345', effectiveAt: '2021-04-01' },
    { id: 'personio:12345:profile', type: 'update', employeeId: '12345', occurredAt: '2026-02-01T09:00:00Z', member: leaMember },
    { id: 'personio:12345:team', type: 'move', employeeId: '12345', occurredAt: '2026-02-01T09:00:00Z', teams: [{ teamId: 'department:5' }] },
];

const samples = [
    {
        name: 'a joiner', delivery: { body: { event_name: 'person.created', occurred_at: '2021-03-01T09:00:00Z', payload: { person_id: '12345' } } },
        lookups: [{ id: '12345' }, { call: 'employments', id: '12345' }], answers: [{ body: lea }, { body: { _data: [job] } }],
        events: [design('2021-03-01T09:00:00Z'), { id: 'personio:12345:start', type: 'hire', employeeId: '12345', occurredAt: '2021-03-01T09:00:00Z', effectiveAt: '2021-04-01', member: leaMember, teams: [{ teamId: 'department:5' }] }],
    },
    {
        name: 'a leave, announced', delivery: { body: updated }, answers: [{ body: lea }, { body: { _data: [{ ...job, termination: { termination_date: '2026-03-31', last_working_date: '2026-03-15' } }] } }],
        events: [...there, { id: 'personio:12345:termination', type: 'leave', employeeId: '12345', occurredAt: '2026-02-01T09:00:00Z', lastDay: '2026-03-31' }],
    },
    {
        name: 'and taken back', delivery: { body: updated }, answers: [{ body: lea }, { body: { _data: [job] } }],
        events: [...there, { id: 'personio:12345:termination:cancelled', type: 'retract', eventId: 'personio:12345:termination', occurredAt: '2026-02-01T09:00:00Z', effectiveAt: '2021-04-01' }],
    },
    {
        name: 'a leaver, on the day', delivery: { body: terminated }, answers: [{ body: lea }, { body: { _data: [{ ...job, status: 'INACTIVE', termination: { termination_date: '2026-03-01' } }] } }],
        events: [{ id: 'personio:12345:termination', type: 'leave', employeeId: '12345', occurredAt: '2026-03-02T09:00:00Z', lastDay: '2026-03-01' }],
    },
    {
        name: 'deleted meanwhile', delivery: { body: updated }, answers: [{ status: 404 }, { status: 404 }],
        events: [{ id: 'personio:12345:termination', type: 'leave', employeeId: '12345', occurredAt: '2026-02-01T09:00:00Z' }],
    },
    {
        name: 'hired again for later', delivery: { body: updated }, answers: [{ body: lea }, { body: { _data: [{ ...job, employment_end_date: '2026-01-15', status: 'INACTIVE' }, { id: '70000', status: 'ONBOARDING', employment_start_date: '2026-06-01', position: { title: 'Designer' } }] } }],
        events: [{ id: 'personio:12345:start', type: 'hire', employeeId: '12345', occurredAt: '2026-02-01T09:00:00Z', effectiveAt: '2026-06-01', member: leaMember }, { id: 'personio:12345:termination:cancelled', type: 'retract', eventId: 'personio:12345:termination', occurredAt: '2026-02-01T09:00:00Z', effectiveAt: '2026-06-01' }],
    },
];
