using Gateway.OfficevibeSimulator.Workleap;

namespace Gateway.OfficevibeSimulator.Requests;

/// <summary>The last requests to the API, oldest first. Safe for concurrent use.</summary>
internal sealed class RequestLog(int length, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<LoggedRequest> _requests = new();
    private long _last;

    public long Total
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    public LoggedRequest Open(HttpRequest request)
    {
        lock (_gate)
        {
            var entry = new LoggedRequest
            {
                Number = ++_last,
                At = time.GetUtcNow(),
                Method = request.Method,
                Path = $"{request.Path}{request.QueryString}",
                Key = request.Headers.Authorization.Count > 0 || request.Headers.ContainsKey(WorkleapAuthentication.Header) ? "[redacted]" : "none",
            };
            _requests.Enqueue(entry);
            if (_requests.Count > length)
            {
                _requests.Dequeue();
            }

            return entry;
        }
    }

    public void Note(LoggedRequest entry, Action<LoggedRequest> note)
    {
        lock (_gate)
        {
            note(entry);
        }
    }

    public List<LoggedRequest> List()
    {
        lock (_gate)
        {
            return [.. _requests.Select(r => r.Copy())];
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _requests.Clear();
            _last = 0;
        }
    }
}
