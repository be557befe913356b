using System.Net;
using System.Net.Sockets;

namespace Gateway.Edge.Outgoing;

/// <summary>A name led to an address that is neither public nor listed, or to none.</summary>
public sealed class AddressRefusedException : IOException
{
    public AddressRefusedException() : base("The address is not a public one, and not among the allowed ones.") { }

    public AddressRefusedException(string message) : base(message) { }

    public AddressRefusedException(string message, Exception innerException) : base(message, innerException) { }
}

/// <summary>
/// Makes handlers for calls to addresses of other people. A name is resolved when the connection is opened, all that it leads to is looked at, and
/// the connection goes to the very addresses that were looked at: a name that is something else the next moment changes nothing. No redirect is
/// followed, no cookie kept, no proxy of the environment used (it would connect for us, unseen), no trace header sent.
/// </summary>
public sealed class GuardedHandler
{
    /// <summary>After this long a connection is opened anew, and its name looked at again.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <summary>Of a name's look-up, the connection and its TLS. For tests.</summary>
    internal TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For tests: names are looked up here.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; set; } = (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);

    /// <param name="addresses">Where it may connect to.</param>
    /// <param name="connections">The most at a time.</param>
#pragma warning disable CA2000 // Disposed with the invoker.
    public HttpMessageInvoker Create(AddressRules addresses, int connections) => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            // A small answer that unpacks to a huge one is none.
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = Lifetime,
            MaxConnectionsPerServer = connections,
            MaxResponseHeadersLength = 32,
            // What is left of an answer that nobody reads on is not read either: its connection is closed.
            MaxResponseDrainSize = 0,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, addresses, cancellationToken),
        },
        disposeHandler: true);
#pragma warning restore CA2000

    private async ValueTask<Stream> ConnectAsync(DnsEndPoint to, AddressRules addresses, CancellationToken cancellationToken)
    {
        var found = IPAddress.TryParse(to.Host, out var literal) ? [literal] : await Resolve(to.Host, cancellationToken);
        // One that is not allowed among others is no accident.
        if (found.Length == 0 || !Array.TrueForAll(found, addresses.Allows)) throw new AddressRefusedException();

#pragma warning disable CA2000 // The stream owns it.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
#pragma warning restore CA2000
        try
        {
            await socket.ConnectAsync(found, to.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
