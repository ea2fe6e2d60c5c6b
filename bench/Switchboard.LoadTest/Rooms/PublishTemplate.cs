using System.Text;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Rooms;

/// <summary>What a publisher sends: always the same but for the stamp, and in JSON the id that is part of it.</summary>
internal sealed class PublishTemplate
{
    private readonly byte[] _message;
    private readonly int _idPlace = -1;
    private readonly int _payloadPlace;

    public PublishTemplate(RoomsLoad load)
    {
        var payload = Encoding.ASCII.GetString(Frames.Payload(load.Size));
        var text = payload;
        if (load.Format == RoomFormat.Json)
        {
            var id = load.HasAcks ? $"\"id\":\"{new string('0', Stamp.IdLength)}\"," : "";
            var head = "{\"type\":\"publish\",";
            text = $"{head}{id}\"data\":\"{payload}\"}}";
            _idPlace = load.HasAcks ? head.Length + "\"id\":\"".Length : -1;
            _payloadPlace = text.Length - payload.Length - "\"}".Length;
        }

        _message = Encoding.ASCII.GetBytes(text);
        FrameLength = Frames.HeaderLength(_message.Length) + _message.Length;
    }

    public int FrameLength { get; }

    public void Write(Span<byte> frame, Stamp stamp)
    {
        stamp.Write(_message.AsSpan(_payloadPlace));
        if (_idPlace >= 0)
        {
            stamp.WriteId(_message.AsSpan(_idPlace));
        }

        Frames.Write(frame, Opcode.Text, _message, Frames.MaskingKey(stamp.Number));
    }
}
