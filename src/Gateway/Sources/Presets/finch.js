// Finch: a type (individual.*, employment.*, directory.*) and an individual's id. The individual and the employment are asked for, as two calls: the default one answers the
// employment, the one named individual the e-mails. Each answers a list, of one, with a status of its own.
//
// Assumed: an answer may also be the object itself or { body }; end_date is the last day, inclusive; employment_status says whether the person is gone, and only without
// it is_active does, since somebody who starts later is not active either; latest_rehire_date, where it is later, is the start.
function lookups(delivery, context) {
    const body = delivery.body;
    const [model, what] = String(body?.event_type ?? '').split('.');
    if (!['individual', 'employment', 'directory'].includes(model) || what === 'deleted' || !body.data?.individual_id) return [];
    const id = context.id(body.data.individual_id);
    return [{ id }, { call: 'individual', id }];
}

const first = answer => answer?.body?.responses?.[0];
const inside = answer => first(answer)?.body ?? answer?.body?.body ?? answer?.body;

function status(answer) {
    const status = answer.status === 200 ? first(answer)?.code ?? 200 : answer.status;
    return status === 200 || status === 404 ? status : fail(`Finch has no answer about the individual yet, but the status ${Number(status)}. To be replayed.`);
}

function map(delivery, context) {
    const body = delivery.body;
    const [model, what] = String(body?.event_type ?? '').split('.');
    const recordedAt = context.instant(delivery.headers['finch-timestamp']) ?? delivery.receivedAt;
    if (what === 'deleted' && model !== 'employment') return context.person({ vendor: 'finch', employeeId: context.id(body.data.individual_id), recordedAt, left: true });
    return context.answers.filter(a => a.values.call !== 'individual').flatMap(answer => {
        const id = answer.values.id;
        if (status(answer) === 404) return context.person({ vendor: 'finch', employeeId: id, recordedAt, left: true });
        const job = inside(answer) ?? fail('The answer has no employment.');
        const self = inside(context.answers.find(a => a.values.call === 'individual' && a.values.id === id && status(a) === 200)) ?? {};
        const work = (self.emails ?? []).find(e => e.type === 'work');
        const left = job.employment_status ? ['terminated', 'retired', 'deceased'].includes(job.employment_status) : job.is_active === false;
        const start = [context.day(job.start_date), context.day(job.latest_rehire_date)].filter(d => d).sort().at(-1);
        return context.person({
            vendor: 'finch', employeeId: id, recordedAt, isNew: what === 'created', employed: !left, cancels: !left && what !== 'created',
            start, lastDay: context.day(job.end_date), left,
            member: { email: context.pick(work?.data, self.email), firstName: context.pick(self.preferred_name, job.first_name, self.first_name), lastName: context.pick(job.last_name, self.last_name), jobTitle: context.text(job.title) },
            team: job.department === undefined ? undefined : context.department(job.department?.name ?? null),
        });
    });
}

const delivery = type => ({ headers: { 'finch-timestamp': '1772442000', 'finch-event-id': 'f-1' }, body: { company_id: 'c', connection_id: 'n', event_type: type, data: { individual_id: 'i-1' } } });
const job = { id: 'i-1', first_name: 'Noor', last_name: 'Haddad', title: 'Nurse', department: { name: 'Care' }, start_date: '2026-03-16', end_date: null, is_active: true };
const self = { id: 'i-1', emails: [{ data: 'noor@example.test', type: 'work' }] };

const samples = [
    {
        name: 'a joiner', delivery: delivery('individual.created'), lookups: [{ id: 'i-1' }, { call: 'individual', id: 'i-1' }],
        answers: [{ body: { responses: [{ individual_id: 'i-1', code: 200, body: job }] } }, { body: { responses: [{ individual_id: 'i-1', code: 200, body: self }] } }],
        events: [
            { id: 'finch:team:department:Care', type: 'team', teamId: 'department:Care', name: 'Care' },
            { id: 'finch:i-1:start', type: 'hire', employeeId: 'i-1', occurredAt: '2026-03-02T09:00:00Z', effectiveAt: '2026-03-16', member: { email: 'noor@example.test', firstName: 'Noor', lastName: 'Haddad', jobTitle: 'Nurse' }, teams: [{ teamId: 'department:Care' }] },
        ],
    },
    {
        name: 'hired again, and not there yet', delivery: delivery('employment.updated'),
        answers: [{ body: { ...job, start_date: '2020-01-06', latest_rehire_date: '2026-06-01', end_date: '2025-02-27', is_active: false, employment_status: 'prehire', department: null } }, { body: self }],
        events: [{ id: 'finch:i-1:start', type: 'hire', employeeId: 'i-1', occurredAt: '2026-03-02T09:00:00Z', effectiveAt: '2026-06-01', member: { email: 'noor@example.test', firstName: 'Noor', lastName: 'Haddad', jobTitle: 'Nurse' }, teams: [] },
            { id: 'finch:i-1:termination', type: 'leave', employeeId: 'i-1', occurredAt: '2026-03-02T09:00:00Z', lastDay: '2025-02-27' }],
    },
    {
        name: 'whom Finch itself has not heard of', delivery: delivery('employment.updated'), answers: [{ body: { responses: [{ individual_id: 'i-1', code: 404, body: { message: 'no' } }] } }, { body: { responses: [] } }],
        events: [{ id: 'finch:i-1:termination', type: 'leave', employeeId: 'i-1', occurredAt: '2026-03-02T09:00:00Z' }],
    },
    { name: 'about whom Finch has not asked yet', delivery: delivery('employment.updated'), answers: [{ body: { responses: [{ individual_id: 'i-1', code: 202, body: { message: 'later' } }] } }, { body: self }], throws: 'status 202' },
    {
        name: 'a leaver', delivery: delivery('employment.updated'), answers: [{ body: { ...job, start_date: '2020-01-06', end_date: '2026-02-27', is_active: false } }, { body: self }],
        events: [{ id: 'finch:i-1:termination', type: 'leave', employeeId: 'i-1', occurredAt: '2026-03-02T09:00:00Z', lastDay: '2026-02-27' }],
    },
    { name: 'deleted', delivery: delivery('individual.deleted'), events: [{ id: 'finch:i-1:termination', type: 'leave', employeeId: 'i-1', occurredAt: '2026-03-02T09:00:00Z' }] },
    { name: 'of an account', delivery: { body: { event_type: 'account.updated', data: { status: 'connected' } } }, events: [] },
];
