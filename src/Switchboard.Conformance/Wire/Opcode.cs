namespace Switchboard.Conformance.Wire;

/// <summary>RFC 6455 §5.2.</summary>
internal static class Opcode
{
    internal const int Continuation = 0;
    internal const int Text = 1;
    internal const int Binary = 2;
    internal const int Close = 8;
    internal const int Ping = 9;
    internal const int Pong = 10;

    internal static bool IsControl(int opcode) => opcode >= 8;

    internal static string Name(int opcode) => opcode switch
    {
        Continuation => "continuation",
        Text => "text",
        Binary => "binary",
        Close => "close",
        Ping => "ping",
        Pong => "pong",
        _ => $"opcode {opcode}",
    };
}
