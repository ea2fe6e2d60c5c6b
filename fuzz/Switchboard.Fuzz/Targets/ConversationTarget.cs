using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// Two ends of <see cref="ProtocolConnection"/>, of which one speaks and the other replies. Options: what was agreed on (three bits), which end speaks
/// (one) and how large payloads are (two), and how the bytes are cut. The data is a script: what to do, how many bytes to say, and those bytes,
/// which are repeated.
/// What one end says is what the other hears, in every split; what may not be said is refused, and nothing is said after a close.
/// </summary>
internal sealed class ConversationTarget : ITarget
{
    private const int MostSteps = 64;

    private static readonly MessageLimits Limits = new(1024 * 1024, 1000);
    private static readonly int[] Scales = [1, 4, 64, 300];

    public string Name => "conversation";

    public void Run(ReadOnlySpan<byte> input)
    {
        var choices = new Choices(input);
        var options = choices.Next();
        var pieces = new Pieces(choices.Next());
        var role = (options & 8) != 0 ? Role.Server : Role.Client;
        var other = role == Role.Server ? Role.Client : Role.Server;
        using var compressor = Agreement.Of(options, role);
        using var speaker = new Speaker(new Endpoint(role, Limits, Agreement.Of(options, role)), compressor);
        using var listener = new Endpoint(other, Limits, Agreement.Of(options, other));
        var script = choices.Data;
        for (var step = 0; step < MostSteps && !script.IsEmpty; step++)
        {
            speaker.Do(ref script, Scales[(options >> 4) & 3]);
        }

        var said = speaker.Said;
        for (var i = 0; !said.IsEmpty; i++)
        {
            listener.Feed(pieces.Take(ref said, i));
        }

        Happening.ExpectSame(speaker.Expected, listener.Happenings, "What was said is not what is heard.");
        speaker.End.Feed(listener.Written);
        Happening.ExpectSame(RepliesTo(listener.Happenings), speaker.End.Happenings, "What is replied is not what is heard.");
        FindingException.UnlessSame(
            speaker.HasClosed ? ConnectionPhase.Closed : ConnectionPhase.Open, speaker.End.Connection.Phase,
            "The one that spoke is in the wrong phase.");
        FindingException.UnlessSame(
            speaker.HasClosed ? ConnectionPhase.Closed : ConnectionPhase.Open, listener.Connection.Phase,
            "The one that listened is in the wrong phase.");
    }

    private static List<Happening> RepliesTo(IReadOnlyList<Happening> heard) =>
    [
        .. heard.Where(happening => happening.Kind is ProtocolEventKind.Ping or ProtocolEventKind.Close).Select(
            happening => happening.Kind == ProtocolEventKind.Ping
                ? happening with { Kind = ProtocolEventKind.Pong }
                : happening with { Reason = "" }),
    ];

    /// <summary>Says what the script says, and knows what is to be heard of it.</summary>
    private sealed class Speaker(Endpoint end, PermessageDeflate? compressor) : IDisposable
    {
        private readonly ArrayBufferWriter<byte> _output = new();
        private readonly List<byte> _unfinished = [];
        private bool _isUnfinished;

        internal Endpoint End => end;

        internal ReadOnlySpan<byte> Said => _output.WrittenSpan;

        internal List<Happening> Expected { get; } = [];

        internal bool HasClosed { get; private set; }

        public void Dispose() => end.Dispose();

        internal void Do(ref ReadOnlySpan<byte> script, int scale)
        {
            var action = script[0] & 7;
            var payload = PayloadOf(script, scale);
            var control = payload.AsSpan(0, Math.Min(payload.Length, FrameHeader.MaxControlPayload)).ToArray();
            script = script[Math.Min(script.Length, 2 + (script.Length > 1 ? script[1] & 15 : 0))..];
            var before = _output.WrittenCount;
            bool isWritten;
            try
            {
                isWritten = action switch
                {
                    0 => SayMessage(ProtocolEventKind.Binary, payload),
                    1 => SayMessage(ProtocolEventKind.Text, Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(payload))),
                    2 => SayFragment(Opcode.Binary, payload, isFinal: false),
                    3 => SayFragment(Opcode.Continuation, payload, isFinal: false),
                    4 => SayFragment(Opcode.Continuation, payload, isFinal: true),
                    5 => end.Connection.WritePing(_output, control) && Hear(ProtocolEventKind.Ping, control),
                    6 => end.Connection.WritePong(_output, control) && Hear(ProtocolEventKind.Pong, control),
                    _ => SayClose(payload),
                };
            }
            catch (InvalidOperationException)
            {
                var isContinuation = action is 3 or 4;
                FindingException.Unless(action <= 4 && isContinuation != _isUnfinished && !HasClosed, "What may be said was refused.");
                isWritten = false;
            }

            FindingException.Unless(isWritten == _output.WrittenCount > before, "Something was written and denied, or the other way around.");
            FindingException.UnlessSame(HasClosed, end.Connection.IsCloseSent, "The connection does not know whether its close was sent.");
        }

        // Up to 15 bytes of the script, over and over.
        private static byte[] PayloadOf(ReadOnlySpan<byte> script, int scale)
        {
            var size = script.Length > 1 ? script[1] * scale : 0;
            var sample = script.Length > 2 ? script[2..Math.Min(script.Length, 3 + (script[1] & 15))] : [0];
            var payload = new byte[size];
            for (var i = 0; i < size; i++)
            {
                payload[i] = sample[i % sample.Length];
            }

            return payload;
        }

        private bool SayMessage(ProtocolEventKind kind, byte[] payload)
        {
            var opcode = kind == ProtocolEventKind.Text ? Opcode.Text : Opcode.Binary;
            FindingException.Unless(kind != ProtocolEventKind.Text || Utf8.IsValid(payload), "The text to say is none.");
            bool isWritten;
            if (compressor is null || payload.Length == 0 || HasClosed || _isUnfinished || !compressor.Wants(payload.Length))
            {
                isWritten = end.Connection.WriteMessage(_output, opcode, payload);
            }
            else
            {
                var room = new byte[payload.Length];
                using var turn = compressor.BeginSending();
                var isCompressed = turn.TryCompress(payload, room, out var length);
                isWritten = end.Connection.WriteMessage(_output, opcode, isCompressed ? room.AsSpan(0, length) : payload, isCompressed);
            }

            ExpectInTurn(isWritten, isContinuation: false);
            return isWritten && Hear(kind, payload);
        }

        private bool SayFragment(Opcode opcode, byte[] payload, bool isFinal)
        {
            var isWritten = end.Connection.WriteFragment(_output, opcode, payload, isFinal);
            ExpectInTurn(isWritten, isContinuation: opcode == Opcode.Continuation);
            if (isWritten)
            {
                _unfinished.AddRange(payload);
                _isUnfinished = !isFinal;
                if (isFinal)
                {
                    Hear(ProtocolEventKind.Binary, [.. _unfinished]);
                    _unfinished.Clear();
                }
            }

            return isWritten;
        }

        private bool SayClose(byte[] payload)
        {
            var body = payload.AsSpan(0, Math.Min(payload.Length, FrameHeader.MaxControlPayload)).ToArray();
            var isRight = body.Length >= 2 && CloseBody.Judge(body) is null;
            var code = isRight ? (CloseCode)CloseBody.CodeOf(body) : CloseCode.NoStatusReceived;
            var reason = isRight ? Encoding.UTF8.GetString(body.AsSpan(2)) : "";
            var isWritten = end.Connection.WriteClose(_output, code, reason);
            FindingException.UnlessSame(!HasClosed, isWritten, "A close was written twice, or not at all.");
            HasClosed = true;
            return isWritten && Hear(new Happening(ProtocolEventKind.Close, [], code, reason));
        }

        private void ExpectInTurn(bool isWritten, bool isContinuation)
        {
            FindingException.UnlessSame(!HasClosed, isWritten, "Something was said after the close, or not said before it.");
            FindingException.Unless(!isWritten || isContinuation == _isUnfinished, "Two messages were mixed.");
        }

        private bool Hear(ProtocolEventKind kind, byte[] payload) => Hear(new Happening(kind, payload, 0, null));

        private bool Hear(Happening happening)
        {
            Expected.Add(happening);
            return true;
        }
    }
}
