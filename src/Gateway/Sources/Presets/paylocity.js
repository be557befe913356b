// Paylocity: a company's and an employee's id; other fields that some of its webhooks carry are not relied on, as it recommends. The employee is asked for
// (GET /api/v2/companies/{company}/employees/{id}, the company being that of the settings: numbers of employees are of one company).
//
// Assumed: the answer has the names of that API; status.terminationDate is the last day, inclusive; rehireDate, where it is later, is the start; employeeStatus T is gone; nothing says when it
// was recorded, so that it is when the delivery came; cost center 1 is the team.
function lookups(delivery, context) {
    const body = delivery.body;
    const id = body?.employeeId ?? body?.employeeid;
    return id === undefined || id === null ? [] : [{ id: context.id(id) }];
}

function map(delivery, context) {
    const recordedAt = delivery.receivedAt;
    return context.answers.flatMap(answer => {
        if (answer.status === 404) return context.person({ vendor: 'paylocity', employeeId: answer.values.id, recordedAt, left: true });
        const said = answer.body ?? fail('The answer has no employee.');
        const status = said.status ?? {};
        const start = [context.day(status.hireDate), context.day(status.rehireDate ?? status.reHireDate)].filter(d => d).sort().at(-1);
        const lastDay = context.day(status.terminationDate);
        const left = status.employeeStatus === 'T';
        const position = said.departmentPosition ?? {};
        return context.person({
            vendor: 'paylocity', employeeId: answer.values.id, recordedAt, start, lastDay, left, employed: !left, cancels: !left,
            member: { email: context.text(said.workAddress?.emailAddress), firstName: context.pick(said.preferredName, said.firstName), lastName: context.text(said.lastName), jobTitle: context.text(position.jobTitle) },
            team: position.costCenter1 ? { id: `cost-center:${context.id(position.costCenter1)}`, name: context.text(position.costCenter1) } : undefined,
        });
    });
}

const body = { companyId: 'C01', employeeId: '1007' };
const pat = { employeeId: '1007', firstName: 'Pat', lastName: 'Diaz', workAddress: { emailAddress: 'pat@example.test' }, departmentPosition: { jobTitle: 'Clerk', costCenter1: '11' }, status: { employeeStatus: 'A', hireDate: '2026-03-02T00:00:00' } };
const who = { employeeId: '1007', occurredAt: '2026-03-02T09:00:00Z' };

const samples = [
    {
        name: 'a joiner', delivery: { body }, lookups: [{ id: '1007' }], answers: [{ body: pat }],
        events: [
            { id: 'paylocity:team:cost-center:11', type: 'team', teamId: 'cost-center:11', name: '11' },
            { id: 'paylocity:1007:start', type: 'hire', ...who, effectiveAt: '2026-03-02', member: { email: 'pat@example.test', firstName: 'Pat', lastName: 'Diaz', jobTitle: 'Clerk' }, teams: [{ teamId: 'cost-center:11' }] },
            { id: 'paylocity:1007:termination:cancelled', type: 'retract', eventId: 'paylocity:1007:termination', occurredAt: '2026-03-02T09:00:00Z', effectiveAt: '2026-03-02' },
        ],
    },
    {
        name: 'a leaver', delivery: { body }, answers: [{ body: { ...pat, status: { employeeStatus: 'T', hireDate: '2020-01-06', terminationDate: '2026-02-27T00:00:00' } } }],
        events: [{ id: 'paylocity:1007:termination', type: 'leave', ...who, lastDay: '2026-02-27' }],
    },
    { name: 'nobody', delivery: { body: { companyId: 'C01' } }, events: [] },
];
