// Merge, HRIS category: fat deliveries in its common model. hook.event names the model and what happened.
//
// The employee id is remote_id, the number that the person has in the HRIS behind Merge; without one, Merge's own id. The employee number is an attribute.
// Assumed: dates are days, written as midnight UTC whatever the zone; termination_date is the last day, inclusive; a person without one whose status is not INACTIVE has none
// announced (any more); modified_at is when it was recorded; a team is answered by its Merge id, and by a Team model of that id with its name.
function map(delivery, context) {
    const { hook, data } = delivery.body ?? {};
    if (!hook || !data) return [];
    const [model, what] = String(hook.event).split('.');
    const recordedAt = context.instant(data.modified_at) ?? delivery.receivedAt;
    const gone = data.remote_was_deleted === true || what === 'removed' || what === 'deleted';
    if (model === 'Team') return gone
        ? { id: `merge:team:${data.id}`, type: 'team-close', teamId: context.id(data.id), occurredAt: recordedAt }
        : { id: `merge:team:${data.id}`, type: 'team', teamId: context.id(data.id), name: context.text(data.name) ?? fail('The team has no name.'), parentId: context.id(data.parent_team), occurredAt: recordedAt };
    if (model !== 'Employee') return [];
    const left = gone || data.employment_status === 'INACTIVE';
    return context.person({
        vendor: 'merge', employeeId: context.id(data.remote_id) ?? context.id(data.id), recordedAt, isNew: what === 'added' || what === 'created', employed: !left, cancels: !left,
        start: context.day(data.start_date), lastDay: context.day(data.termination_date), left,
        member: {
            email: context.text(data.work_email), firstName: context.pick(data.preferred_name, data.first_name), lastName: context.text(data.last_name), imageUrl: context.text(data.avatar),
            attributes: data.employee_number ? { employeeNumber: context.id(data.employee_number) } : undefined,
        },
        team: data.team === undefined ? undefined : data.team === null ? null : { id: context.id(data.team.id ?? data.team), name: context.text(data.team.name) },
    }).filter(e => e.type !== 'team' || e.name);
}

const hook = event => ({ hook: { id: 'h1', event }, linked_account: { id: 'l1', integration: 'BambooHR', category: 'hris' } });
const ines = { id: 'm-1', remote_id: '19202938', employee_number: '2', first_name: 'Inés', last_name: 'Muñoz', work_email: 'ines@example.test', employment_status: 'ACTIVE', start_date: '2020-10-10T00:00:00Z', termination_date: null, team: 't-9', modified_at: '2026-03-02T09:00:00Z', remote_was_deleted: false };
const member = { email: 'ines@example.test', firstName: 'Inés', lastName: 'Muñoz', attributes: { employeeNumber: '2' } };
const there = [
    { id: 'merge:19202938:start', type: 'hire', employeeId: '19202938', effectiveAt: '2020-10-10' },
    { id: 'merge:19202938:profile', type: 'update', employeeId: '19202938', occurredAt: '2026-03-02T09:00:00Z', member },
    { id: 'merge:19202938:team', type: 'move', employeeId: '19202938', occurredAt: '2026-03-02T09:00:00Z', teams: [{ teamId: 't-9' }] },
];

const samples = [
    {
        name: 'a joiner, west of Greenwich', timeZone: 'America/Toronto', delivery: { body: { ...hook('Employee.added'), data: { ...ines, start_date: '2026-04-01T00:00:00Z' } } },
        events: [
            { id: 'merge:19202938:start', type: 'hire', employeeId: '19202938', occurredAt: '2026-03-02T09:00:00Z', effectiveAt: '2026-04-01', member, teams: [{ teamId: 't-9' }] },
        ],
    },
    {
        name: 'a leave, announced', delivery: { body: { ...hook('Employee.changed'), data: { ...ines, termination_date: '2026-10-12T00:00:00Z' } } },
        events: [...there, { id: 'merge:19202938:termination', type: 'leave', employeeId: '19202938', occurredAt: '2026-03-02T09:00:00Z', lastDay: '2026-10-12' }],
    },
    {
        name: 'and taken back', delivery: { body: { ...hook('Employee.changed'), data: ines } },
        events: [...there, { id: 'merge:19202938:termination:cancelled', type: 'retract', eventId: 'merge:19202938:termination', occurredAt: '2026-03-02T09:00:00Z', effectiveAt: '2020-10-10' }],
    },
    {
        name: 'deleted', delivery: { body: { ...hook('Employee.changed'), data: { id: 'm-1', remote_id: null, remote_was_deleted: true } } },
        events: [{ id: 'merge:m-1:termination', type: 'leave', employeeId: 'm-1', occurredAt: '2026-03-02T09:00:00Z' }],
    },
    {
        name: 'a team', delivery: { body: { ...hook('Team.changed'), data: { id: 't-9', name: 'Platform', parent_team: null, modified_at: '2026-03-02T09:00:00Z' } } },
        events: [{ id: 'merge:team:t-9', type: 'team', teamId: 't-9', name: 'Platform', parentId: null, occurredAt: '2026-03-02T09:00:00Z' }],
    },
    { name: 'of another model', delivery: { body: { ...hook('TimeOff.changed'), data: { id: 'x' } } }, events: [] },
];
