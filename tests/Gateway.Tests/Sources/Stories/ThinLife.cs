using System.Globalization;

namespace Gateway.Tests.Sources.Stories;

/// <summary>What every thin vendor has to come to, whatever it calls things.</summary>
internal static class ThinLife
{
    /// <summary>Joins, moves, is corrected, leaves, stays after all, leaves for good, comes back.</summary>
    public static async Task LivesAsync(this ThinStory story, string id)
    {
        // A joiner, two weeks ahead; on the day the vendor says so again.
        var person = new Person(id, Start: "2026-03-16", "R&D");
        await story.TellAsync(Moment.Created, person);
        Assert.Null(await story.OfAsync(id, "2026-03-15T23:59:59"));
        Assert.Equal("Engineer in R&D", await story.OfAsync(id, "2026-03-16T00:00"));
        story.At("2026-03-16T00:00:01");
        await story.TellAsync(Moment.Started, person);

        // A mover, told twice, and once more after it was understood.
        story.At("2026-03-20T09:00");
        await story.TellAsync(Moment.Updated, person = person with { Department = "Sales" }, times: 2);
        story.At("2026-03-20T15:00");
        await story.TellAsync(Moment.Updated, person);
        Assert.Equal("Engineer in R&D", await story.OfAsync(id, "2026-03-19T09:00"));
        Assert.Equal("Engineer in Sales", await story.OfAsync(id, "2026-03-20T23:00"));

        // A correction.
        story.At("2026-03-23T09:00");
        await story.TellAsync(Moment.Updated, person = person with { Title = "Seller" });
        Assert.Equal("Seller in Sales", await story.OfAsync(id, "2026-03-23T23:00"));

        // A leaver, announced; taken back; announced again for another day, which is the last one there.
        story.At("2026-04-01T09:00");
        await story.TellAsync(Moment.EndAnnounced, person = person with { LastDay = "2026-04-30" });
        Assert.Equal("Seller in Sales", await story.OfAsync(id, "2026-04-30T23:59:59"));
        Assert.Null(await story.OfAsync(id, "2026-05-01T00:00"));
        story.At("2026-04-10T09:00");
        await story.TellAsync(Moment.EndCancelled, person = person with { LastDay = null });
        Assert.Equal("Seller in Sales", await story.OfAsync(id, "2026-05-01T00:00"));
        story.At("2026-04-13T09:00");
        await story.TellAsync(Moment.EndAnnounced, person = person with { LastDay = "2026-05-15" });
        await AssertLeftAsync();

        story.At("2026-05-15T00:00:01");
        await story.TellAsync(Moment.EndsToday, person);
        story.At("2026-05-16T00:00:01");
        await story.TellAsync(Moment.Ended, person = person with { Gone = true });
        await AssertLeftAsync();

        // Hired again under the same number, two weeks ahead. That there was a time without stays true.
        story.At("2026-06-17T09:00");
        await story.TellAsync(Moment.HiredAgain, person = new Person(id, Start: "2026-07-01", "R&D", "Lead", EarlierLastDay: "2026-05-15"));
        Assert.Null(await story.OfAsync(id, "2026-06-30T23:59:59"));
        Assert.Equal("Lead in R&D", await story.OfAsync(id, "2026-07-01T00:00"));
        story.At("2026-07-01T00:00:01");
        await story.TellAsync(Moment.StartedAgain, person);
        story.At("2026-07-08T09:00");
        await story.TellAsync(Moment.Updated, person with { Title = "Head" });
        Assert.Equal("Head in R&D", await story.OfAsync(id, "2026-07-08T23:00"));
        Assert.Null(await story.OfAsync(id, "2026-06-30T23:59:59"));
        await AssertLeftAsync();

        async Task AssertLeftAsync()
        {
            Assert.Equal("Seller in Sales", await story.OfAsync(id, "2026-05-15T23:59:59"));
            Assert.Null(await story.OfAsync(id, "2026-05-16T00:00"));
        }
    }

    /// <summary>The deliveries of one morning are held up and come together, in any order and more than once.</summary>
    public static async Task ComesToTheSameInAnyOrderAsync(this ThinStory story)
    {
        Moment[] morning = [Moment.Created, Moment.Updated, Moment.EndAnnounced, Moment.EndCancelled, Moment.EndAnnounced];
        string[] instants = ["2026-09-13T23:59:59", "2026-09-14T00:00", "2026-10-30T23:59:59", "2026-10-31T00:00", "2027-01-01T00:00"];
        story.At("2026-09-01T09:05");
        var random = new Random(7);
        var (stays, leaves) = (new List<string>(), new List<string>());
        foreach (var lastDay in (string?[])["2026-10-30", null])
        {
            var told = lastDay is null ? morning[..4] : morning;
            for (var order = 0; order < 3; order++)
            {
                var id = $"{(lastDay is null ? 60 : 70) + order}";
                (lastDay is null ? stays : leaves).Add(id);
                story.Is(new Person(id, Start: "2026-09-14", "Sales", LastDay: lastDay));
                // Within the tolerance of every stamp.
                var deliveries = told.Select((m, i) => story.Tells(m, id, story.Now.AddSeconds(-150 + (i * 30)))).ToArray();
                if (order == 1) Array.Reverse(deliveries);
                if (order == 2)
                {
                    deliveries = [.. deliveries, .. deliveries];
                    random.Shuffle(deliveries);
                }

                foreach (var delivery in deliveries) await story.PostAsync(delivery);
            }
        }

        await story.WorkAsync();
        foreach (var instant in instants)
        {
            var users = await story.UsersAsync(instant);
            var isThere = string.CompareOrdinal(instant, "2026-09-14") > 0;
            Assert.All(stays, id => Assert.Equal(isThere ? "Engineer in Sales" : null, users.GetValueOrDefault(id)));
            Assert.All(leaves, id => Assert.Equal(isThere && string.CompareOrdinal(instant, "2026-10-31") < 0 ? "Engineer in Sales" : null, users.GetValueOrDefault(id)));
        }
    }

    /// <summary>An end that was understood is taken back; what announced it comes once more, or only now, after what took it back.</summary>
    public static async Task StaysTakenBackAsync(this ThinStory story)
    {
        story.At("2026-09-21T09:00");
        // Stamps are signed, and the clock goes on while the API is away.
        story.FailsNowAndThen = false;
        var (first, late) = (new Person("81", Start: "2026-01-01", "Sales", LastDay: "2026-10-30"), new Person("82", Start: "2026-01-01", "Sales", LastDay: "2026-10-30"));
        await story.TellAsync(Moment.Created, first with { LastDay = null });
        await story.TellAsync(Moment.Created, late with { LastDay = null });
        story.At("2026-09-21T09:00:10");
        var announced = story.Tells(Moment.EndAnnounced, first.Id);
        var announcedToo = story.Tells(Moment.EndAnnounced, late.Id);
        story.Is(first);
        story.Is(late);
        await story.PostAsync(announced);
        await story.WorkAsync();
        Assert.Null(await story.OfAsync(first.Id, "2026-10-31T00:00"));

        story.At("2026-09-21T09:00:20");
        await story.TellAsync(Moment.EndCancelled, first with { LastDay = null });
        await story.TellAsync(Moment.EndCancelled, late with { LastDay = null });
        await story.PostAsync(announcedToo);
        await story.PostAsync(announced);
        await story.WorkAsync();
        story.FailsNowAndThen = true;
        Assert.Equal(("Engineer in Sales", "Engineer in Sales"), (await story.OfAsync(first.Id, "2026-10-31T00:00"), await story.OfAsync(late.Id, "2026-10-31T00:00")));
    }

    /// <summary>500 people in one burst: kept, looked up and mapped whole, and nothing of the whole story waits for a person.</summary>
    public static async Task BurstsAsync(this ThinStory story)
    {
        story.At("2026-11-02T09:00");
        var ids = Enumerable.Range(1000, 500).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();
        foreach (var id in ids) story.Is(new Person(id, Start: "2026-11-01", "R&D"));
        await Task.WhenAll(ids.Select(id => story.PostAsync(story.Tells(Moment.Created, id))));
        await story.WorkAsync();
        Assert.Empty(await story.DeliveriesAsync("waiting"));
        Assert.Empty(await story.DeliveriesAsync("parked"));
        var users = await story.UsersAsync("2026-11-02T09:00");
        Assert.All(ids, id => Assert.Equal("Engineer in R&D", users.GetValueOrDefault(id)));
    }
}
