using Gateway.Membership.Events;
using MassTransit;

namespace Gateway.Aggregation;

/// <summary>
/// "These facets have news in the log." It carries no facts, so that a lost, doubled, late or reordered message does no harm. A message
/// contract: add fields, never rename, never move the namespace.
/// </summary>
public sealed record FacetsChanged
{
    /// <summary>At most 1,000.</summary>
    public required IReadOnlyList<ChangedFacet> Facets { get; init; }

    /// <summary>Events that a retraction names: their facets are looked up after the commit.</summary>
    public IReadOnlyList<RetractedEvent> Retracted { get; init; } = [];
}

public sealed record ChangedFacet(SubjectKind Kind, string Source, string Subject);

public sealed record RetractedEvent(string Source, string EventId);

/// <summary>Folds what a message names.</summary>
public sealed class FoldConsumer(FacetFolder folder, FoldQueue queue, FoldPace pace) : IConsumer<FacetsChanged>
{
    public async Task Consume(ConsumeContext<FacetsChanged> context)
    {
        try
        {
            var named = context.Message.Facets.Select(f => new FacetKey(f.Kind, f.Source, f.Subject));
            var retracted = folder.FacetsOf(context.Message.Retracted.Select(r => new EventLog.EventName(r.Source, r.EventId)));
            await pace.InTurnAsync(() => folder.FoldAsync([.. named.Concat(retracted).Distinct()], context.CancellationToken), context.CancellationToken);
        }
        finally
        {
            // Given back by the first attempt, whatever comes of it: what fails for good must not keep a place for ever.
            if (context.GetRetryAttempt() == 0) queue.Folded();
        }
    }
}

/// <summary>
/// One message at a time: SQLite has one writer a file, and folding takes turns. What fails thrice is left to the sweeper, since a message
/// says nothing that the log does not: thrown away in memory, where an error queue would only grow; in the error queue on a broker, where
/// somebody can look at it.
/// </summary>
public sealed class FoldConsumerDefinition : ConsumerDefinition<FoldConsumer>
{
    public FoldConsumerDefinition()
    {
        EndpointName = Bus.DeadLetterQueues.FacetsChanged;
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<FoldConsumer> consumerConfigurator, IRegistrationContext context)
    {
        if (endpointConfigurator is IRabbitMqReceiveEndpointConfigurator broker)
        {
            broker.SetQuorumQueue();
            broker.PrefetchCount = 4;
            // News that nobody folds for that long is found by the sweeper.
            broker.SetQueueArgument("x-max-length", 10_000);
        }
        else endpointConfigurator.DiscardFaultedMessages();

        endpointConfigurator.UseMessageRetry(r => r.Exponential(3, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200)));
    }
}
