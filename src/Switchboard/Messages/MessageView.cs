using System.Text;

namespace Switchboard;

/// <summary>
/// A received message, where it lies in the receive buffer: nothing was copied. It is valid while your handler runs, and the
/// compiler sees to it that it does not outlive that: keep its <see cref="Text"/>, or <see cref="ToMessage"/>.
/// </summary>
public readonly ref struct MessageView
{
    internal MessageView(MessageType type, ReadOnlySpan<byte> data)
    {
        Type = type;
        Data = data;
    }

    /// <summary>Text or binary.</summary>
    public MessageType Type { get; }

    /// <summary>The payload; UTF-8 if it is text.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>The payload as a string, made anew at each call. Binary data is read as UTF-8 too, wrong bytes as U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Data);

    /// <summary>A copy that you may keep.</summary>
    public Message ToMessage() => new(Type, Data.ToArray());

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;
}
