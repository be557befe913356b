// SCIM 2.0 bulk requests, as Microsoft Entra's API-driven provisioning takes them: who can feed Entra can feed the gateway.
//
// POST and PUT /Users carry the user, PATCH changes of one, DELETE takes one away. The employee id is externalId, else the enterprise extension's employeeNumber; in a path it is the id itself.
// A user says nothing of when: it is there from when the request came. Of two requests the one that came later is right, and within a request the later operation. The enterprise extension's department is the team; manager is not taken (it says who, not of which team).
// Assumed: the id of a path is the externalId under which the user was posted; a user without active is active.
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function map(delivery, context) {
    const operations = delivery.body?.Operations;
    if (!Array.isArray(operations)) fail('A SCIM bulk request (Operations) is needed.');
    return operations.flatMap((operation, index) => {
        const [, kind, id] = String(operation.path ?? '').split('/');
        if (String(kind).toLowerCase() !== 'users') return [];
        const at = { vendor: 'scim', recordedAt: inOrder(delivery.receivedAt, index, operations.length) };
        switch (String(operation.method).toUpperCase()) {
            case 'POST': case 'PUT': return user(operation.data ?? {}, id, at, context);
            case 'PATCH': return changes(operation.data?.Operations ?? [], context.id(decodeURIComponent(id ?? '')), at, context);
            case 'DELETE': return context.person({ ...at, employeeId: context.id(decodeURIComponent(id ?? '')), left: true });
            default: return fail('The method of an operation is POST, PUT, PATCH or DELETE.');
        }
    });
}

// The operations of a request hold in their order: each is recorded a microsecond after the one before, within the second in which the request came.
function inOrder(receivedAt, index, count) {
    const [, second, fraction] = /^([^.Z]*)(?:\.(\d+))?Z$/.exec(receivedAt);
    const micros = Math.min(Number((fraction ?? '').padEnd(6, '0')), 1000000 - count) + index;
    return micros === 0 ? `${second}Z` : `${second}.${String(micros).padStart(6, '0').replace(/0+$/, '')}Z`;
}

function user(data, id, at, context) {
    const extension = data[enterprise] ?? {};
    const left = data.active === false || String(data.active).toLowerCase() === 'false';
    const mail = (data.emails ?? []).find(e => e.primary) ?? (data.emails ?? []).find(e => e.type === 'work') ?? (data.emails ?? [])[0];
    return context.person({
        ...at, employeeId: context.id(data.externalId) ?? context.id(extension.employeeNumber) ?? (id ? context.id(decodeURIComponent(id)) : null), left, employed: !left,
        member: {
            email: context.text(mail?.value), firstName: context.pick(data.nickName, data.name?.givenName), lastName: context.text(data.name?.familyName), jobTitle: context.text(data.title),
            language: context.text(data.preferredLanguage), imageUrl: context.text((data.photos ?? [])[0]?.value),
        },
        team: context.department(extension.department),
    });
}

// As a user that has only what was changed.
function changes(operations, employeeId, at, context) {
    const said = { [enterprise]: {} };
    const put = (path, value) => {
        const name = path.replace(`${enterprise}:`, '').replace(/\[.*?\]/, '');
        if (name === 'active') said.active = value;
        else if (name === 'title' || name === 'preferredLanguage' || name === 'nickName') said[name] = value;
        else if (name === 'name.givenName' || name === 'name.familyName') said.name = { ...said.name, [name.slice(5)]: value };
        else if (name === 'emails.value') said.emails = [{ value, primary: true }];
        else if (name === 'emails') said.emails = value;
        else if (name === 'department') said[enterprise].department = value;
        else if (name === 'name' || name === enterprise) Object.entries(value ?? {}).forEach(([k, v]) => put(name === 'name' ? `name.${k}` : k, v));
    };
    for (const { op, path, value } of operations) {
        const given = String(op).toLowerCase() === 'remove' ? null : value;
        if (path) put(path, given);
        else Object.entries(given ?? {}).forEach(([name, v]) => put(name, v));
    }
    const events = user({ ...said, externalId: employeeId }, null, at, context);
    if (said.active !== undefined) return events;
    // Nothing was said of whether they are there: what changed is no hire.
    return events.flatMap(e => e.type !== 'hire' ? [e] : [
        e.member && { ...e, id: `scim:${employeeId}:profile`, type: 'update', teams: undefined },
        e.teams && { ...e, id: `scim:${employeeId}:team`, type: 'move', member: undefined },
    ].filter(Boolean));
}

const monica = {
    externalId: '521195', userName: 'monica', name: { familyName: 'Ang', givenName: 'Monica' }, emails: [{ value: 'monica@example.test', type: 'work', primary: true }], title: 'President', preferredLanguage: 'en-US', active: true,
    [enterprise]: { employeeNumber: '521195', department: 'Operations', manager: { value: '521097' } },
};
const bulk = (...operations) => ({ contentType: 'application/scim+json', body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: operations, failOnErrors: null } });
const occurredAt = '2026-03-02T09:00:00Z';
const team = { id: 'scim:team:department:Operations', type: 'team', teamId: 'department:Operations', name: 'Operations' };

const samples = [
    {
        name: 'a user', delivery: bulk({ method: 'POST', bulkId: '1', path: '/Users', data: monica }),
        events: [team, { id: 'scim:521195:start', type: 'hire', employeeId: '521195', occurredAt, member: { email: 'monica@example.test', firstName: 'Monica', lastName: 'Ang', jobTitle: 'President', language: 'en-US' }, teams: [{ teamId: 'department:Operations' }] }],
    },
    {
        name: 'two who are gone', delivery: bulk({ method: 'POST', bulkId: '1', path: '/Users', data: { ...monica, active: false } }, { method: 'DELETE', path: '/Users/77' }),
        events: [{ id: 'scim:521195:termination', type: 'leave', employeeId: '521195', occurredAt }, { id: 'scim:77:termination', type: 'leave', employeeId: '77', occurredAt: '2026-03-02T09:00:00.000001Z' }],
    },
    {
        name: 'changes of one', delivery: bulk({
            method: 'PATCH', path: '/Users/521195', data: {
                Operations: [
                    { op: 'Replace', path: 'emails[type eq "work"].value', value: 'monica.ang@example.test' }, { op: 'remove', path: 'title' },
                    { op: 'replace', value: { 'name.familyName': 'Ang-Roy', [enterprise]: { department: 'Operations' } } },
                ],
            },
        }),
        events: [
            team,
            { id: 'scim:521195:profile', type: 'update', employeeId: '521195', occurredAt, member: { email: 'monica.ang@example.test', lastName: 'Ang-Roy', jobTitle: null } },
            { id: 'scim:521195:team', type: 'move', employeeId: '521195', occurredAt, teams: [{ teamId: 'department:Operations' }] },
        ],
    },
    { name: 'switched off', delivery: bulk({ method: 'PATCH', path: '/Users/521195', data: { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] } }), events: [{ id: 'scim:521195:termination', type: 'leave', employeeId: '521195', occurredAt }] },
    { name: 'no bulk request', delivery: { body: { userName: 'monica' } }, throws: 'bulk request' },
];
