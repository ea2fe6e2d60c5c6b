using System.Text;

namespace Switchboard;

/// <summary>A received message that is yours: its bytes are not shared and not reused.</summary>
/// <param name="Type">Text or binary.</param>
/// <param name="Data">The payload; UTF-8 if it is text.</param>
public readonly record struct Message(MessageType Type, ReadOnlyMemory<byte> Data)
{
    /// <summary>The payload as a string, made anew at each call. Binary data is read as UTF-8 too, wrong bytes as U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Data.Span);

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;
}
