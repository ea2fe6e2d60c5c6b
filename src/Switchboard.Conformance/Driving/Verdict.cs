namespace Switchboard.Conformance.Driving;

/// <summary>How a case went. There is nothing between right and wrong.</summary>
internal enum Verdict
{
    Ok,
    Failed,

    /// <summary>The peer does not speak the extension: it need not.</summary>
    NotOffered,

    /// <summary>The peer has a smaller limit than the case's message: it may.</summary>
    Limit,
}

/// <summary>How a case went, and what was seen if that was not as it must be.</summary>
internal sealed record Outcome(Verdict Verdict, string Seen = "")
{
    internal const string Failed = "FAILED";

    /// <summary>The verdict's name, as the baseline and the table have it.</summary>
    internal string Name => Verdict switch
    {
        Verdict.Ok => "OK",
        Verdict.Failed => Failed,
        Verdict.NotOffered => "not offered",
        _ => "limit",
    };
}
