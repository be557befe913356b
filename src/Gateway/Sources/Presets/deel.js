// Deel: a type and the id of an HRIS profile. The person is asked for (GET /rest/v2/people/{id}); other types, of contracts and the like, say nothing.
//
// Assumed: the answer is the person, or { data: person }; completion_date is the last day, inclusive; an employment status of terminated, offboarded or inactive is gone.
const known = /^(employee|worker|people|person|hris-profile)[.-]/;
const deleted = /[.-]deleted$/;

function lookups(delivery, context) {
    const data = delivery.body?.data;
    return data?.resource?.id && !deleted.test(String(data.meta?.event_type ?? '')) && known.test(String(data.meta?.event_type ?? '')) ? [{ id: context.id(data.resource.id) }] : [];
}

function map(delivery, context) {
    const type = String(delivery.body?.data?.meta?.event_type ?? '');
    const recordedAt = context.instant(delivery.body?.timestamp) ?? delivery.receivedAt;
    if (known.test(type) && deleted.test(type)) return context.person({ vendor: 'deel', employeeId: context.id(delivery.body.data.resource.id), recordedAt, left: true });
    return context.answers.flatMap(answer => {
        if (answer.status === 404) return context.person({ vendor: 'deel', employeeId: answer.values.id, recordedAt, left: true });
        const said = answer.body?.data ?? answer.body ?? fail('The answer has no person.');
        const left = ['terminated', 'offboarded', 'inactive'].includes(String(said.employment_status ?? said.hiring_status ?? '').toLowerCase());
        const work = (said.emails ?? []).find(e => e.type === 'work');
        return context.person({
            vendor: 'deel', employeeId: answer.values.id, recordedAt, isNew: /\.created/.test(type), employed: !left, cancels: !left && !/\.created/.test(type),
            start: context.day(said.start_date), lastDay: context.day(said.completion_date), left,
            member: { email: context.pick(said.work_email, work?.value, said.email), firstName: context.pick(said.preferred_first_name, said.first_name), lastName: context.text(said.last_name), jobTitle: context.text(said.job_title) },
            team: said.department?.name ? { id: `department:${context.id(said.department.id) ?? context.text(said.department.name)}`, name: context.text(said.department.name) } : said.department === null ? null : undefined,
        });
    });
}

const delivery = type => ({ body: { data: { meta: { event_type: type, organization_id: 'org_9', tracking_id: 'trk_1' }, resource: { id: 'p-1' } }, timestamp: '2026-03-02T09:00:00.000Z' } });
const kim = { id: 'p-1', first_name: 'Kim', last_name: 'Lee', emails: [{ type: 'personal', value: 'kim@home.test' }, { type: 'work', value: 'kim@example.test' }], job_title: 'Writer', start_date: '2026-04-01', completion_date: null, hiring_status: 'active', department: { id: 'd-2', name: 'Docs' } };

const samples = [
    {
        name: 'a joiner', delivery: delivery('employee.created.direct'), lookups: [{ id: 'p-1' }], answers: [{ body: { data: kim } }],
        events: [
            { id: 'deel:team:department:d-2', type: 'team', teamId: 'department:d-2', name: 'Docs', occurredAt: '2026-03-02T09:00:00Z' },
            { id: 'deel:p-1:start', type: 'hire', employeeId: 'p-1', occurredAt: '2026-03-02T09:00:00Z', effectiveAt: '2026-04-01', member: { email: 'kim@example.test', firstName: 'Kim', lastName: 'Lee', jobTitle: 'Writer' }, teams: [{ teamId: 'department:d-2' }] },
        ],
    },
    {
        name: 'a leaver', delivery: delivery('worker-v2.updated'), answers: [{ body: { ...kim, start_date: '2020-01-01', hiring_status: 'terminated', completion_date: '2026-02-27' } }],
        events: [{ id: 'deel:p-1:termination', type: 'leave', employeeId: 'p-1', occurredAt: '2026-03-02T09:00:00Z', lastDay: '2026-02-27' }],
    },
    {
        name: 'a profile that is taken away', delivery: delivery('worker.v2.deleted'),
        events: [{ id: 'deel:p-1:termination', type: 'leave', employeeId: 'p-1', occurredAt: '2026-03-02T09:00:00Z' }],
    },
    { name: 'of a contract', delivery: delivery('contract.status.updated'), events: [] },
];
