namespace Switchboard.Transports.Linux;

/// <summary>Whose a connection is, as far as its first bytes tell.</summary>
public enum SortVerdict
{
    /// <summary>They do not tell yet.</summary>
    NeedsMore,

    /// <summary>Ours: it becomes a transport.</summary>
    Ours,

    /// <summary>Somebody else's.</summary>
    Theirs,
}
