namespace Switchboard.Rooms.WebSockets;

/// <summary>What became of a token: who it says somebody is, or why it is no good.</summary>
public readonly record struct TokenReading
{
    private TokenReading(RoomIdentity? identity, string? problem) => (Identity, Problem) = (identity, problem);

    /// <summary>Who it is; null if the token is no good.</summary>
    public RoomIdentity? Identity { get; }

    /// <summary>Why it is no good; null if it is good.</summary>
    public string? Problem { get; }

    /// <summary>It is good.</summary>
    public static TokenReading Of(RoomIdentity identity) => new(identity, null);

    /// <summary>It is not.</summary>
    /// <param name="problem">A sentence for who sent it.</param>
    public static TokenReading Refused(string problem) => new(null, problem);
}
