using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Frames in any order, and what RFC 6455 §5.4 makes of them.</summary>
internal sealed class FrameSequence(IReadOnlyList<FrameSequence.Kind> kinds)
{
    internal enum Kind
    {
        Text,
        FirstFragment,
        MiddleFragment,
        LastFragment,
        Ping,
    }

    internal string Sentence =>
        $"The sequence {string.Join(", ", kinds.Select(Name))}: {(BreaksRule ? "fails where it goes wrong" : "is taken as it is meant")}.";

    private bool BreaksRule
    {
        get
        {
            var inMessage = false;
            return kinds.Any(kind => !TryStep(kind, ref inMessage));
        }
    }

    internal static IEnumerable<FrameSequence> All(int length) => Words(length).Select(word => new FrameSequence(word));

    internal Script ToScript()
    {
        List<Frame> frames = [.. kinds.Select(ToFrame)];
        var script = new Script().Send(frames);
        List<byte> message = [];
        var inMessage = false;
        for (var i = 0; i < kinds.Count; i++)
        {
            if (!TryStep(kinds[i], ref inMessage))
            {
                return script.Fails(1002);
            }

            if (kinds[i] == Kind.Ping)
            {
                script.HearPong(frames[i].Payload);
                continue;
            }

            message.AddRange(frames[i].Payload);
            if (frames[i].Fin)
            {
                script.Hear(Frame.Text([.. message]));
                message = [];
            }
        }

        return script.Close();
    }

    private static bool TryStep(Kind kind, ref bool inMessage)
    {
        var needsMessage = kind is Kind.MiddleFragment or Kind.LastFragment;
        if (kind == Kind.Ping)
        {
            return true;
        }

        var isAllowed = needsMessage == inMessage;
        inMessage = kind is Kind.FirstFragment or Kind.MiddleFragment;
        return isAllowed;
    }

    private static Frame ToFrame(Kind kind, int index)
    {
        byte[] payload = [(byte)('a' + index)];
        return kind switch
        {
            Kind.Text => Frame.Text(payload),
            Kind.FirstFragment => Frame.Text(payload).Unfinished(),
            Kind.MiddleFragment => Frame.Continuation(payload).Unfinished(),
            Kind.LastFragment => Frame.Continuation(payload),
            _ => Frame.Ping(payload),
        };
    }

    private static string Name(Kind kind) => kind switch
    {
        Kind.Text => "text",
        Kind.FirstFragment => "first fragment",
        Kind.MiddleFragment => "middle fragment",
        Kind.LastFragment => "last fragment",
        _ => "ping",
    };

    private static IEnumerable<Kind[]> Words(int length) => length == 0
        ? [[]]
        : Words(length - 1).SelectMany(word => Enum.GetValues<Kind>().Select(kind => (Kind[])[.. word, kind]));
}
