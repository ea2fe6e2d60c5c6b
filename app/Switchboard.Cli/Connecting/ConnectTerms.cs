namespace Switchboard.Cli.Connecting;

/// <summary>Whom to connect to, and how.</summary>
internal sealed record ConnectTerms(string Url)
{
    internal static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    internal IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    internal IReadOnlyList<string> Protocols { get; init; } = [];

    internal bool IsCompressionOffered { get; init; } = true;

    /// <summary>How long connecting may take. Default 10 s; zero for no limit.</summary>
    internal TimeSpan Timeout { get; init; } = DefaultTimeout;
}
