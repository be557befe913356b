// Workday, by a custom step of its studio or orchestration. Workday sends what the step is told to; this is what to tell it to send, one object or a list:
//
//   { "event": "hire" | "change" | "leave" | "cancel-leave" | "cancel-hire",
//     "employeeId": "21001", "recordedAt": "2026-03-02T09:00:00Z", "effectiveDate": "2026-04-01", "lastDay": "2026-06-30",
//     "email": "…", "firstName": "…", "lastName": "…", "jobTitle": "…", "team": { "id": "SUP-12", "name": "Platform", "parentId": "SUP-1" } }
//
// hire and change: effectiveDate is the first day (of a change: from when it holds; without it from when it was recorded). leave: lastDay, inclusive. A field that is absent says
// nothing, null clears. Names are the worker's id and what it is about, so that a cancellation finds what it takes back, whichever comes first: recordedAt decides.
function map(delivery, context) {
    const said = delivery.body;
    if (said === null || typeof said !== 'object') fail('A JSON object, or a list of them, is needed.');
    return (Array.isArray(said) ? said : [said]).flatMap(one => events(one, delivery, context));
}

function events(one, delivery, context) {
    const employeeId = context.id(one.employeeId) ?? fail('employeeId is missing.');
    const occurredAt = context.instant(one.recordedAt) ?? delivery.receivedAt;
    const name = `workday:${employeeId}`;
    const from = context.day(one.effectiveDate) ?? undefined;
    const member = { email: context.text(one.email), firstName: context.text(one.firstName), lastName: context.text(one.lastName), jobTitle: context.text(one.jobTitle) };
    const some = Object.values(member).some(v => v !== undefined);
    const teams = one.team === undefined ? undefined : one.team === null ? [] : [{ teamId: context.id(one.team.id) ?? fail('team.id is missing.') }];
    const team = one.team?.name && {
        id: `workday:team:${one.team.id}`, type: 'team', teamId: context.id(one.team.id), name: context.text(one.team.name), parentId: one.team.parentId === undefined ? undefined : context.id(one.team.parentId), occurredAt,
    };
    switch (one.event) {
        case 'hire': return [team, { id: `${name}:hire`, type: 'hire', employeeId, occurredAt, effectiveAt: from, member: some ? member : undefined, teams }].filter(Boolean);
        case 'change': return [
            team,
            some && { id: `${name}:profile`, type: 'update', employeeId, occurredAt, effectiveAt: from, member },
            teams && { id: `${name}:team`, type: 'move', employeeId, occurredAt, effectiveAt: from, teams },
        ].filter(Boolean);
        case 'leave': return { id: `${name}:leave`, type: 'leave', employeeId, occurredAt, lastDay: context.day(one.lastDay) ?? undefined };
        case 'cancel-leave': return { id: `${name}:leave:cancelled`, type: 'retract', eventId: `${name}:leave`, occurredAt };
        case 'cancel-hire': return { id: `${name}:withdrawn`, type: 'leave', employeeId, occurredAt };
        default: return fail('event is one of hire, change, leave, cancel-leave, cancel-hire.');
    }
}

const at = { employeeId: '21001', recordedAt: '2026-03-02T09:00:00Z' };
const who = { employeeId: '21001', occurredAt: '2026-03-02T09:00:00Z' };

const samples = [
    {
        name: 'a joiner', delivery: { body: { ...at, event: 'hire', effectiveDate: '2026-04-01', email: 'ada@example.test', firstName: 'Ada', lastName: 'Byron', jobTitle: 'Analyst', team: { id: 'SUP-12', name: 'Platform', parentId: 'SUP-1' } } },
        events: [
            { id: 'workday:team:SUP-12', type: 'team', teamId: 'SUP-12', name: 'Platform', parentId: 'SUP-1', occurredAt: '2026-03-02T09:00:00Z' },
            { id: 'workday:21001:hire', type: 'hire', ...who, effectiveAt: '2026-04-01', member: { email: 'ada@example.test', firstName: 'Ada', lastName: 'Byron', jobTitle: 'Analyst' }, teams: [{ teamId: 'SUP-12' }] },
        ],
    },
    {
        name: 'a mover', delivery: { body: { ...at, event: 'change', effectiveDate: '2026-05-01', jobTitle: 'Lead', team: { id: 'SUP-13' } } },
        events: [
            { id: 'workday:21001:profile', type: 'update', ...who, effectiveAt: '2026-05-01', member: { jobTitle: 'Lead' } },
            { id: 'workday:21001:team', type: 'move', ...who, effectiveAt: '2026-05-01', teams: [{ teamId: 'SUP-13' }] },
        ],
    },
    {
        name: 'a leaver, and not after all', delivery: { body: [{ ...at, event: 'leave', lastDay: '2026-06-30' }, { ...at, event: 'cancel-leave', recordedAt: '2026-03-09T09:00:00Z' }] },
        events: [
            { id: 'workday:21001:leave', type: 'leave', ...who, lastDay: '2026-06-30' },
            { id: 'workday:21001:leave:cancelled', type: 'retract', eventId: 'workday:21001:leave', occurredAt: '2026-03-09T09:00:00Z' },
        ],
    },
    { name: 'a joiner who will not come', delivery: { body: { ...at, event: 'cancel-hire' } }, events: [{ id: 'workday:21001:withdrawn', type: 'leave', ...who }] },
    { name: 'an unknown event', delivery: { body: { ...at, event: 'promote' } }, throws: 'event is one of' },
    { name: 'nobody', delivery: { body: { event: 'leave' } }, throws: 'employeeId is missing' },
];
