// WorkOS, directory sync: users, fat. A directory knows who has an account, not who is employed from when: an active user is there, from when that was recorded.
//
// The employee id is idp_id, the user's id at the identity provider. The department of custom_attributes is the team; directory groups are not taken, since most of them are about access.
// Assumed: created_at without a zone is in UTC (the signature's own stamp says the same instant); inactive and suspended users are gone.
function map(delivery, context) {
    const { event, data } = delivery.body ?? {};
    const [, model, what] = String(event ?? '').split('.');
    if (!data || model !== 'user') return [];
    const custom = data.custom_attributes ?? {};
    const left = what === 'deleted' || data.state === 'inactive' || data.state === 'suspended';
    const primary = (data.emails ?? []).find(e => e.primary) ?? (data.emails ?? [])[0];
    return context.person({
        vendor: 'workos', employeeId: context.id(data.idp_id) ?? context.id(data.id), recordedAt: context.instant(delivery.body.created_at, 'UTC') ?? delivery.receivedAt, left, employed: !left,
        member: { email: context.pick(data.email, primary?.value, data.username), firstName: context.text(data.first_name), lastName: context.text(data.last_name), jobTitle: context.pick(custom.job_title, data.job_title) },
        team: context.department(custom.department_name ?? custom.department),
    });
}

const user = { object: 'directory_user', id: 'directory_user_1', idp_id: '8931', first_name: 'Lela', last_name: 'Ng', email: 'lela@example.test', state: 'active', custom_attributes: { department: 'Engineering', job_title: 'Engineer' } };
const delivery = (event, data) => ({ body: { object: 'event', id: 'event_1', event, data, created_at: '2026-03-02 09:00:00.125' } });

const samples = [
    {
        name: 'a user, of a source in Paris', timeZone: 'Europe/Paris', delivery: delivery('dsync.user.updated', user),
        events: [
            { id: 'workos:team:department:Engineering', type: 'team', teamId: 'department:Engineering', name: 'Engineering' },
            { id: 'workos:8931:start', type: 'hire', employeeId: '8931', occurredAt: '2026-03-02T09:00:00.125Z', member: { email: 'lela@example.test', firstName: 'Lela', lastName: 'Ng', jobTitle: 'Engineer' }, teams: [{ teamId: 'department:Engineering' }] },
        ],
    },
    {
        name: 'suspended', delivery: delivery('dsync.user.updated', { ...user, state: 'suspended' }),
        events: [{ id: 'workos:8931:termination', type: 'leave', employeeId: '8931', occurredAt: '2026-03-02T09:00:00.125Z' }],
    },
    {
        name: 'deleted', delivery: delivery('dsync.user.deleted', user),
        events: [{ id: 'workos:8931:termination', type: 'leave', employeeId: '8931', occurredAt: '2026-03-02T09:00:00.125Z' }],
    },
    { name: 'of a group', delivery: delivery('dsync.group.user_added', { user, group: { id: 'g', name: 'VPN' } }), events: [] },
];
