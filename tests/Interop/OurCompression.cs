namespace Switchboard.Interop;

/// <summary>What our side does about compression.</summary>
public enum OurCompression
{
    Off,

    /// <summary>No context is kept from message to message.</summary>
    Shared,

    /// <summary>Contexts are kept, if the peer agrees.</summary>
    Dedicated,
}

/// <summary>The one place that sets the product's options of compression.</summary>
internal static class CompressionSettings
{
    extension(WebSocketServerOptions options)
    {
        public WebSocketServerOptions With(OurCompression compression) => options with { Compression = OptionsFor(compression) };
    }

    extension(WebSocketClientOptions options)
    {
        public WebSocketClientOptions With(OurCompression compression) => options with { Compression = OptionsFor(compression) };
    }

    // A low threshold, so that compressed messages and others come in turn.
    private static CompressionOptions? OptionsFor(OurCompression compression) => compression switch
    {
        OurCompression.Shared => new() { Windows = CompressionWindows.Shared, ThresholdBytes = 64 },
        OurCompression.Dedicated => new() { Windows = CompressionWindows.Dedicated, ThresholdBytes = 64 },
        _ => null,
    };
}
