namespace Switchboard;

/// <summary>The answer of <see cref="ServerWebSocketOptions.OnHandshake"/>: yes, or no with an HTTP status.</summary>
public readonly record struct HandshakeDecision
{
    private HandshakeDecision(int status, string? text)
    {
        Status = status;
        Text = text;
    }

    /// <summary>Yes, with the subprotocol that is chosen from the options.</summary>
    public static HandshakeDecision Accept { get; }

    internal bool IsAccepted => Status == 0;

    internal int Status { get; }

    /// <summary>The subprotocol, if accepted; else the sentence for the client.</summary>
    internal string? Text { get; }

    /// <summary>Yes, with a subprotocol chosen by the hook.</summary>
    /// <param name="subprotocol">One of those that the client offers.</param>
    public static HandshakeDecision AcceptWith(string subprotocol) => new(0, subprotocol);

    /// <summary>No.</summary>
    /// <param name="status">An HTTP status from 400 to 599, such as 401, 403, 404 or 503.</param>
    /// <param name="problem">A sentence for the client, sent as plain text.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status is not an error's.</exception>
    public static HandshakeDecision Refuse(int status, string problem)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return new(status, problem);
    }
}
