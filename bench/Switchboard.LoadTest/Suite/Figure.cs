namespace Switchboard.LoadTest.Suite;

/// <summary>Something measured in a round: its name in the results' file, and its unit.</summary>
internal sealed record Figure(string Key, string Unit)
{
    public static readonly Figure MessageCpu = new("serverMicrosecondsPerMessage", "us");
    public static readonly Figure DeliveryCpu = new("serverMicrosecondsPerDelivery", "us");
    public static readonly Figure HandshakeCpu = new("serverMicrosecondsPerHandshake", "us");
    public static readonly Figure OpenAndCloseCpu = new("serverMicrosecondsToOpenAndClose", "us");
    public static readonly Figure ResidentBytes = new("residentBytesPerConnection", "B");
    public static readonly Figure AnonymousBytes = new("anonymousBytesPerConnection", "B");
    public static readonly Figure IdleCpu = new("serverPercentWhileIdle", "%");
    public static readonly Figure PeakMemory = new("peakResidentMegabytes", "MB");
    public static readonly Figure Rate = new("perSecond", "/s");
    public static readonly Figure P50 = new("p50Milliseconds", "ms");
    public static readonly Figure P99 = new("p99Milliseconds", "ms");
    public static readonly Figure P999 = new("p999Milliseconds", "ms");
    public static readonly Figure CalmP99 = new("p99MillisecondsWithoutStorm", "ms");
}
