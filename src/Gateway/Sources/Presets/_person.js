// Helpers of context that are written as scripts are: what a vendor's system says of one person now, as events.
(context, fail) => {
    const someOf = member => member && Object.values(member).some(v => v !== undefined) ? member : undefined;

    // A department by its name, as a team: undefined where nothing is said, null where there is none.
    const department = name => {
        const said = context.text(name);
        return said ? { id: `department:${said}`, name: said } : said;
    };

    // vendor, employeeId: what events are named after. recordedAt: an instant. start, lastDay: days (the last one inclusive), null or absent: not known.
    // left: gone, whatever lastDay is. employed: the vendor says that the person is there, even where start is not known. isNew: this is the first that is said.
    // cancels: where neither left nor lastDay is said and it is not the first that is said, an end that was announced before is taken back; where start is known, only one from then on: the end of an earlier time here stays.
    // member, team ({ id, name }, null: none): what is said of them; undefined: nothing.
    const person = ({ vendor, employeeId, recordedAt, start, lastDay, left, employed, isNew, cancels, member, team }) => {
        if (!employeeId) fail('The delivery names no employee.');
        if (!recordedAt) fail('recordedAt is missing.');
        const today = context.dayOf(recordedAt);
        const name = `${vendor}:${employeeId}`;
        // Hired again: the end was one of an earlier time here.
        const again = Boolean(start && lastDay && start > lastDay);
        const gone = !again && (lastDay ? lastDay < today : Boolean(left));
        const teams = team === undefined ? undefined : team === null ? [] : [{ teamId: team.id }];
        const events = [];
        if (!gone) {
            // A team that is named by its name is the same fact however often it is said: one event. One with a number may be renamed, and renamed back.
            const occurredAt = team?.id.endsWith(`:${team.name}`) ? undefined : recordedAt;
            if (team) events.push({ id: `${vendor}:team:${team.id}`, type: 'team', teamId: team.id, name: team.name, occurredAt });
            if (isNew || (employed && !start) || (start && start >= today)) {
                events.push({ id: `${name}:start`, type: 'hire', employeeId, occurredAt: recordedAt, effectiveAt: start || undefined, member: someOf(member), teams });
            } else {
                if (start) events.push({ id: `${name}:start`, type: 'hire', employeeId, effectiveAt: start });
                if (someOf(member)) events.push({ id: `${name}:profile`, type: 'update', employeeId, occurredAt: recordedAt, member });
                if (teams) events.push({ id: `${name}:team`, type: 'move', employeeId, occurredAt: recordedAt, teams });
            }
        }
        const end = `${name}:termination`;
        if (left || lastDay) events.push({ id: end, type: 'leave', employeeId, occurredAt: recordedAt, lastDay: lastDay || undefined });
        else if (cancels && !isNew) events.push({ id: `${end}:cancelled`, type: 'retract', eventId: end, occurredAt: recordedAt, effectiveAt: start || undefined });
        return events;
    };

    context.department = department;
    context.person = person;
    return context;
};
