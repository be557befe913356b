// HiBob, webhooks v2: a type and an employee id, nothing else. Whatever happened, the person is asked for, and what the API says now counts.
//
// Assumed: triggeredAt has no zone and is in that of the source; a person is answered in sections ({ work: { title } }), by paths ({ "/work/title": { value } }) or both;
// internal.terminationDate is the last day, inclusive; lifecycle events come at midnight of the site on the day itself; a temporary leave is an absence.
function lookups(delivery, context) {
    const body = delivery.body;
    // The ping of a registration is a bare string, then { text }.
    if (!body?.data || body.type === 'employee.deleted') return [];
    return [{ id: context.id(body.data.employeeId) }];
}

function map(delivery, context) {
    const body = delivery.body;
    const recordedAt = context.instant(body?.triggeredAt) ?? delivery.receivedAt;
    if (body?.type === 'employee.deleted') return context.person({ vendor: 'hibob', employeeId: context.id(body.data.employeeId), recordedAt, left: true });
    return context.answers.flatMap(answer => answer.status === 404
        ? context.person({ vendor: 'hibob', employeeId: answer.values.id, recordedAt, left: true })
        : person(answer.body ?? fail('The answer has no person.'), answer.values.id, recordedAt, body?.type, context));
}

// undefined: the service user may not see it.
function value(person, section, field) {
    const found = person[`/${section}/${field}`] ?? person[`${section}.${field}`] ?? (section === 'root' ? person[field] : person[section]?.[field]);
    return found !== null && typeof found === 'object' ? found.value : found;
}

// What people read: lists are answered as numbers beside it.
const readable = (person, section, field) => (person.humanReadable && value(person.humanReadable, section, field)) ?? value(person, section, field);

function person(said, employeeId, recordedAt, type, context) {
    const lastDay = day(value(said, 'internal', 'terminationDate'), context);
    const left = value(said, 'internal', 'status') === 'Inactive' || readable(said, 'internal', 'lifecycleStatus') === 'Terminated' || type === 'employee.left';
    const events = context.person({
        vendor: 'hibob', employeeId, recordedAt, isNew: type === 'employee.created', employed: !left, cancels: !left,
        start: day(value(said, 'work', 'startDate'), context), lastDay, left,
        member: {
            email: context.text(value(said, 'root', 'email')), firstName: context.text(value(said, 'root', 'firstName')), lastName: context.text(value(said, 'root', 'surname')),
            jobTitle: context.text(readable(said, 'work', 'title')),
        },
        team: context.department(readable(said, 'work', 'department')),
    });
    if (type === 'employee.temporaryLeave' && !left) events.push({ id: `hibob:${employeeId}:absence`, type: 'absence', employeeId, occurredAt: recordedAt });
    if (type === 'employee.activated' && !left) events.push({ id: `hibob:${employeeId}:return`, type: 'return', employeeId, occurredAt: recordedAt });
    return events;
}

const day = (value, context) => value === undefined ? undefined : context.day(value);

const ines = { id: '3332883854254932743', email: 'ines@example.test', firstName: 'Inés', surname: 'Muñoz', work: { title: 'Lead', department: 'Platform', startDate: '2026-03-02' }, internal: { status: 'Active', lifecycleStatus: 'Employed', terminationDate: null } };
const inesMember = { email: 'ines@example.test', firstName: 'Inés', lastName: 'Muñoz', jobTitle: 'Lead' };
const platform = { id: 'hibob:team:department:Platform', type: 'team', teamId: 'department:Platform', name: 'Platform' };
const joined = '{"companyId":77,"type":"employee.joined","triggeredBy":"system","triggeredAt":"2026-03-02T00:00:01.25","version":"v2","data":{"employeeId":3332883854254932743}}';
const row = '{"companyId":77,"type":"table.entry.created","triggeredBy":"33328","triggeredAt":"2026-01-08T13:06:26.915906","version":"v2","data":{"employeeId":"3332883854254932743","tableId":"lifecycle","effectiveDate":"2026-02-01"}}';

const samples = [
    { name: 'the ping of a registration', delivery: { body: '"Ping test"' }, events: [] },
    { name: 'the ping of a registration, again', delivery: { body: { text: 'Ping test' } }, events: [] },
    {
        name: 'a joiner on the first day, at midnight in Madrid; the id is a number too long for JavaScript', timeZone: 'Europe/Madrid', delivery: { body: joined },
        lookups: [{ id: '3332883854254932743' }], answers: [{ body: ines }],
        events: [
            platform,
            { id: 'hibob:3332883854254932743:start', type: 'hire', employeeId: '3332883854254932743', occurredAt: '2026-03-01T23:00:01.25Z', effectiveAt: '2026-03-02', member: inesMember, teams: [{ teamId: 'department:Platform' }] },
            { id: 'hibob:3332883854254932743:termination:cancelled', type: 'retract', eventId: 'hibob:3332883854254932743:termination', occurredAt: '2026-03-01T23:00:01.25Z', effectiveAt: '2026-03-02' },
        ],
    },
    {
        name: 'a row of the lifecycle: leaving at the end of the month, answered by paths', delivery: { body: row },
        answers: [{ body: { '/internal/terminationDate': { value: '2026-01-31' }, '/internal/status': { value: 'Active' }, '/work/startDate': { value: '2020-05-04' }, '/work/title': { value: '1111' }, humanReadable: { '/work/title': { value: 'Lead' } } } }],
        events: [
            { id: 'hibob:3332883854254932743:start', type: 'hire', employeeId: '3332883854254932743', effectiveAt: '2020-05-04' },
            { id: 'hibob:3332883854254932743:profile', type: 'update', employeeId: '3332883854254932743', occurredAt: '2026-01-08T13:06:26.915906Z', member: { jobTitle: 'Lead' } },
            { id: 'hibob:3332883854254932743:termination', type: 'leave', employeeId: '3332883854254932743', occurredAt: '2026-01-08T13:06:26.915906Z', lastDay: '2026-01-31' },
        ],
    },
    {
        name: 'a leaver', delivery: { body: { type: 'employee.left', triggeredAt: '2026-03-02T00:00:00', data: { employeeId: '7' } } }, answers: [{ body: { internal: { status: 'Inactive', terminationDate: '2026-03-01' } } }],
        events: [{ id: 'hibob:7:termination', type: 'leave', employeeId: '7', occurredAt: '2026-03-02T00:00:00Z', lastDay: '2026-03-01' }],
    },
    {
        name: 'deleted', delivery: { body: { type: 'employee.deleted', triggeredAt: '2026-03-02T10:00:00', data: { employeeId: '7' } } },
        events: [{ id: 'hibob:7:termination', type: 'leave', employeeId: '7', occurredAt: '2026-03-02T10:00:00Z' }],
    },
    {
        name: 'a temporary leave', delivery: { body: { type: 'employee.temporaryLeave', triggeredAt: '2026-03-02T00:00:00', data: { employeeId: '7' } } }, answers: [{ body: { work: { startDate: '2020-01-01' }, internal: { status: 'Active', terminationDate: '2026-12-31' } } }],
        events: [
            { id: 'hibob:7:start', type: 'hire', employeeId: '7', effectiveAt: '2020-01-01' },
            { id: 'hibob:7:termination', type: 'leave', employeeId: '7', occurredAt: '2026-03-02T00:00:00Z', lastDay: '2026-12-31' },
            { id: 'hibob:7:absence', type: 'absence', employeeId: '7', occurredAt: '2026-03-02T00:00:00Z' },
        ],
    },
];
