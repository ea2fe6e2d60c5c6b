using Switchboard.LoadTest.Servers;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Suite;

/// <summary>One kind of work that every server does in turn.</summary>
internal abstract record Row(string Name, string Chart)
{
    public abstract string Title { get; }

    /// <summary>What servers are compared by; the first is what progress shows.</summary>
    public abstract IReadOnlyList<Line> Lines { get; }

    /// <summary>What is done, for the results' file.</summary>
    public abstract object Work { get; }

    /// <summary>Memory is read from a server that has done nothing yet; no round is needed to warm it up.</summary>
    public virtual bool WantsFreshServers => false;

    /// <summary>Where the server does this; null if it cannot.</summary>
    public virtual string? PathOn(KnownServer server) => server.IsRaw ? null : server.EchoPath;

    public abstract Sample Run(LoopbackUrl url, int pid);
}
