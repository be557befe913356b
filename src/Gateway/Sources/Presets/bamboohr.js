// BambooHR. Thin webhooks (employee.created, .updated, .deleted) name a person; field-based ones carry the fields that were chosen for them, of one or several people.
//
// The employee id is BambooHR's own (id), which every delivery has; the employee number is an attribute.
// Assumed: terminationDate is the last day, inclusive; a person without a terminationDate whose status is Active has none announced (any more); '0000-00-00' is no date;
// the answer has the names of GET /v1/employees/{id}?fields=…; a field-based delivery without an action is an update.
const key = name => String(name).toLowerCase().replace(/[^a-z]/g, '');
const date = (context, value) => value === undefined ? undefined : value === '0000-00-00' ? null : context.day(value);

function lookups(delivery, context) {
    const body = delivery.body;
    if (!body || body.employees || !body.data || body.type === 'employee.deleted') return [];
    return [{ id: context.id(body.data.employeeId) }];
}

function map(delivery, context) {
    const body = delivery.body;
    const recordedAt = context.instant(body?.timestamp) ?? delivery.receivedAt;
    if (body?.employees) return body.employees.flatMap(e => ofFields(e, delivery, context));
    if (body?.type === 'employee.deleted') return context.person({ vendor: 'bamboohr', employeeId: context.id(body.data.employeeId), recordedAt, left: true });
    return context.answers.flatMap(answer => answer.status === 404
        ? context.person({ vendor: 'bamboohr', employeeId: answer.values.id, recordedAt, left: true })
        : person(answer.body ?? fail('The answer has no person.'), answer.values.id, recordedAt, context, { isNew: body?.type === 'employee.created', employed: true, cancels: true }));
}

function person(fields, employeeId, recordedAt, context, also) {
    const status = context.text(fields.status);
    const attributes = { employeeNumber: context.text(fields.employeeNumber), location: context.text(fields.location), division: context.text(fields.division) };
    return context.person({
        vendor: 'bamboohr', employeeId, recordedAt, ...also,
        start: date(context, fields.hireDate), lastDay: date(context, fields.terminationDate), left: status === 'Inactive',
        employed: also.employed && status !== 'Inactive',
        member: {
            email: context.text(fields.workEmail), firstName: context.pick(fields.preferredName, fields.firstName), lastName: context.text(fields.lastName), jobTitle: context.text(fields.jobTitle),
            attributes: Object.values(attributes).some(v => v !== undefined) ? attributes : undefined,
        },
        team: context.department(fields.department),
    });
}

function ofFields(employee, delivery, context) {
    const employeeId = context.id(employee.id);
    const recordedAt = context.instant(employee.timestamp) ?? delivery.receivedAt;
    const action = key(employee.action ?? 'Updated');
    if (action === 'deleted') return context.person({ vendor: 'bamboohr', employeeId, recordedAt, left: true });
    const said = {};
    const names = { firstname: 'firstName', lastname: 'lastName', preferredname: 'preferredName', workemail: 'workEmail', email: 'workEmail', jobtitle: 'jobTitle', department: 'department',
        division: 'division', location: 'location', hiredate: 'hireDate', terminationdate: 'terminationDate', status: 'status', employeenumber: 'employeeNumber' };
    for (const [name, field] of Object.entries(employee.fields ?? {})) {
        const known = names[key(name)];
        if (known) said[known] = field !== null && typeof field === 'object' ? field.value : field;
    }
    // An end is taken back only where the delivery is about it.
    const aboutTheEnd = (employee.changedFields ?? []).map(key).some(c => c === 'terminationdate' || c === 'status' || c === 'employmentstatus');
    return person(said, employeeId, recordedAt, context, { isNew: action === 'created', cancels: aboutTheEnd && (said.terminationDate !== undefined || said.status !== undefined) });
}

const created = '{"type":"employee.created","timestamp":"2026-01-31T18:42:00+0000","data":{"companyId":"12345","employeeId":"67890"}}';
const updated = '{"type":"employee.updated","timestamp":"2026-03-02T09:00:00+0000","data":{"companyId":"12345","employeeId":"67890"}}';
const zoe = { id: '67890', employeeNumber: '1042', firstName: 'Zoé', lastName: 'Roy', preferredName: null, workEmail: 'zoe@example.test', jobTitle: 'Engineer', department: 'R&D', hireDate: '2026-02-16', terminationDate: '0000-00-00', status: 'Active' };
const zoeMember = { email: 'zoe@example.test', firstName: 'Zoé', lastName: 'Roy', jobTitle: 'Engineer', attributes: { employeeNumber: '1042' } };
const research = { id: 'bamboohr:team:department:R&D', type: 'team', teamId: 'department:R&D', name: 'R&D' };

const samples = [
    {
        name: 'a joiner, two weeks ahead', delivery: { body: created }, lookups: [{ id: '67890' }], answers: [{ body: zoe }],
        events: [research, { id: 'bamboohr:67890:start', type: 'hire', employeeId: '67890', occurredAt: '2026-01-31T18:42:00Z', effectiveAt: '2026-02-16', member: zoeMember, teams: [{ teamId: 'department:R&D' }] }],
    },
    {
        name: 'a change of somebody who is there', delivery: { body: updated }, answers: [{ body: zoe }],
        events: [
            research,
            { id: 'bamboohr:67890:start', type: 'hire', employeeId: '67890', effectiveAt: '2026-02-16' },
            { id: 'bamboohr:67890:profile', type: 'update', employeeId: '67890', occurredAt: '2026-03-02T09:00:00Z', member: zoeMember },
            { id: 'bamboohr:67890:team', type: 'move', employeeId: '67890', occurredAt: '2026-03-02T09:00:00Z', teams: [{ teamId: 'department:R&D' }] },
            { id: 'bamboohr:67890:termination:cancelled', type: 'retract', eventId: 'bamboohr:67890:termination', occurredAt: '2026-03-02T09:00:00Z', effectiveAt: '2026-02-16' },
        ],
    },
    {
        name: 'a leaver, announced', delivery: { body: updated }, answers: [{ body: { id: '67890', status: 'Active', hireDate: '2020-01-01', terminationDate: '2026-03-31' } }],
        events: [
            { id: 'bamboohr:67890:start', type: 'hire', employeeId: '67890', effectiveAt: '2020-01-01' },
            { id: 'bamboohr:67890:termination', type: 'leave', employeeId: '67890', occurredAt: '2026-03-02T09:00:00Z', lastDay: '2026-03-31' },
        ],
    },
    {
        name: 'somebody whom the API no longer knows', delivery: { body: updated }, answers: [{ status: 404 }],
        events: [{ id: 'bamboohr:67890:termination', type: 'leave', employeeId: '67890', occurredAt: '2026-03-02T09:00:00Z' }],
    },
    {
        name: 'nobody signed it', delivery: { body: updated, trusted: false }, answers: [{ body: { id: '67890', status: 'Inactive', hireDate: '2020-01-01', terminationDate: '2026-02-27' } }],
        events: [{ id: 'bamboohr:67890:termination', type: 'leave', employeeId: '67890', occurredAt: '2026-03-02T09:00:00Z', lastDay: '2026-02-27' }],
    },
    {
        name: 'fields of several people, as values and as objects, with and without an action',
        delivery: {
            body: {
                employees: [
                    { id: '42', action: 'Updated', changedFields: ['Department'], fields: { 'First name': { value: 'Zoé' }, Department: { value: 'R&D' } }, timestamp: '2026-03-02T09:00:00+0000' },
                    { id: 43, changedFields: ['Termination Date'], fields: { 'Termination Date': '' }, timestamp: '2026-03-02T09:00:01+0000' },
                    { id: '44', action: 'Created', fields: { 'First name': 'Ana', 'Last name': 'Silva', 'Work Email': 'ana@example.test', 'Hire Date': '2026-04-01', Department: '' }, timestamp: '2026-03-02T09:00:02+0000' },
                    { id: '45', action: 'Deleted', timestamp: '2026-03-02T09:00:03+0000' },
                ],
            },
        },
        events: [
            research,
            { id: 'bamboohr:42:profile', type: 'update', employeeId: '42', occurredAt: '2026-03-02T09:00:00Z', member: { firstName: 'Zoé' } },
            { id: 'bamboohr:42:team', type: 'move', employeeId: '42', occurredAt: '2026-03-02T09:00:00Z', teams: [{ teamId: 'department:R&D' }] },
            { id: 'bamboohr:43:termination:cancelled', type: 'retract', eventId: 'bamboohr:43:termination', occurredAt: '2026-03-02T09:00:01Z' },
            { id: 'bamboohr:44:start', type: 'hire', employeeId: '44', occurredAt: '2026-03-02T09:00:02Z', effectiveAt: '2026-04-01', member: { email: 'ana@example.test', firstName: 'Ana', lastName: 'Silva' }, teams: [] },
            { id: 'bamboohr:45:termination', type: 'leave', employeeId: '45', occurredAt: '2026-03-02T09:00:03Z' },
        ],
    },
];
