namespace Gateway.OfficevibeSimulator.Faults;

/// <summary>A fault in waiting.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Fault">As it was armed.</param>
/// <param name="ToPass">Matching requests that still pass unharmed.</param>
/// <param name="Remaining">Requests that it will still be played on; null until cleared.</param>
/// <param name="Played">Requests that it was played on.</param>
public sealed record ArmedFault(int Id, Fault Fault, int ToPass, int? Remaining, int Played);

/// <summary>The faults that are armed and the requests that are held. Safe for concurrent use; a request meets one fault at most, the one armed first.</summary>
internal sealed class FaultSwitches
{
    private readonly Lock _gate = new();
    private readonly List<ArmedFault> _armed = [];
    private readonly List<TaskCompletionSource> _held = [];
    private readonly List<(int Count, TaskCompletionSource<int> Reached)> _watchers = [];
    private int _last;

    public ArmedFault Arm(Fault fault)
    {
        lock (_gate)
        {
            var armed = new ArmedFault(++_last, fault, fault.After, fault.UntilCleared ? null : fault.Times, 0);
            _armed.Add(armed);
            return armed;
        }
    }

    public List<ArmedFault> List()
    {
        lock (_gate)
        {
            return [.. _armed];
        }
    }

    /// <summary>Disarms everything and lets go of every held request.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _armed.Clear();
        }

        Release();
    }

    /// <summary>The fault for this request, counted; null for none.</summary>
    public Fault? Take(HttpRequest request)
    {
        lock (_gate)
        {
            Fault? taken = null;
            for (var i = 0; i < _armed.Count; i++)
            {
                var armed = _armed[i];
                if (!armed.Fault.Matches(request.Path))
                {
                    continue;
                }

                if (armed.ToPass > 0)
                {
                    _armed[i] = armed with { ToPass = armed.ToPass - 1 };
                }
                else if (taken is null)
                {
                    taken = armed.Fault;
                    _armed[i] = armed with { Remaining = armed.Remaining - 1, Played = armed.Played + 1 };
                }
            }

            _armed.RemoveAll(a => a.Remaining == 0);
            return taken;
        }
    }

    /// <summary>Holds the caller until <see cref="Release"/>.</summary>
    /// <exception cref="OperationCanceledException">The client gave up first.</exception>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _held.Add(released);
            foreach (var (_, reached) in _watchers.FindAll(w => w.Count <= _held.Count))
            {
                reached.TrySetResult(_held.Count);
            }

            _watchers.RemoveAll(w => w.Reached.Task.IsCompleted);
        }

        try
        {
            await released.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _held.Remove(released);
            }
        }
    }

    /// <summary>Lets go of every held request; returns how many.</summary>
    public int Release()
    {
        lock (_gate)
        {
            foreach (var held in _held)
            {
                held.TrySetResult();
            }

            return _held.Count;
        }
    }

    /// <summary>Waits until at least this many requests are held, without polling.</summary>
    public async Task<int> HeldAsync(int count, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_held.Count >= count)
            {
                return _held.Count;
            }

            _watchers.Add((count, reached));
        }

        try
        {
            return await reached.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _watchers.RemoveAll(w => w.Reached == reached);
            }
        }
    }
}
