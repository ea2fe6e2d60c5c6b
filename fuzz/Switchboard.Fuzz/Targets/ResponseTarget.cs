using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// <see cref="ResponseReader"/> and <see cref="ClientHandshake"/>. Options: the limits and what was offered (the upper half of the byte), and how the
/// head is cut. The data is an answer, and what follows it. It is read as <see cref="HeadByTheBook"/> says, in the same way at every cut, and again from
/// its own text; nothing is agreed on but what was offered.
/// </summary>
internal sealed class ResponseTarget : ITarget
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    private static readonly string[][] Offers = [[], ["chat"], ["chat", "superchat"]];

    public string Name => "response";

    public void Run(ReadOnlySpan<byte> input)
    {
        var choices = new Choices(input);
        var choice = choices.Next();
        var limits = Head.LimitsOf(choice);
        var pieces = new Pieces(choices.Next());
        var whole = Read(choices.Data, limits, Pieces.Whole);
        ExpectSame(whole, Read(choices.Data, limits, Pieces.ByteByByte), "byte by byte");
        ExpectSame(whole, Read(choices.Data, limits, pieces), "in pieces");
        var length = HeadByTheBook.ResponseIn(choices.Data, limits, out var byTheBook);
        FindingException.UnlessSame(length > 0, whole.Head is not null, "An answer is not judged as the grammar does.");
        FindingException.UnlessSame(whole.Head is null ? 0 : choices.Data.Length - length, whole.Left, "An answer ends elsewhere than the grammar says.");
        FindingException.UnlessSame(
            whole.Head is null ? null : byTheBook, Head.Show(whole.Head), "An answer is not read as the grammar does.");
        if (whole.Head is not { } head)
        {
            return;
        }

        FindingException.Unless(head.Status is >= 0 and <= 999 && Head.IsPrintable(head.Reason), "A status line that was read cannot be shown.");
        FindingException.Unless(
            head.Headers.Fields.All(field => Token.IsToken(field.Key) && Head.IsPrintable(field.Value)), "A header that was read cannot be shown.");
        var again = Read(Head.Write($"HTTP/1.1 {head.Status:000} {head.Reason}", head.Headers), HeadLimits.Default, Pieces.Whole);
        FindingException.UnlessSame(Head.Show(head), Head.Show(again.Head), "An answer that was read and written is read otherwise.");
        ExpectJudged(head, choice);
    }

    private static Outcome Read(ReadOnlySpan<byte> data, HeadLimits limits, Pieces pieces)
    {
        var reader = new ResponseReader(limits);
        var outcome = new Outcome(ReadStatus.NeedsMore, null, null, 0);
        for (var i = 0; !data.IsEmpty && outcome.Status == ReadStatus.NeedsMore; i++)
        {
            var piece = pieces.Take(ref data, i);
            var status = reader.TryRead(ref piece, out var head, out var problem);
            FindingException.Unless(head is not null == (status == ReadStatus.Done), "An answer is there when it is not done.");
            FindingException.Unless(problem is not null == (status == ReadStatus.Invalid), "A problem is there when it is not invalid.");
            FindingException.Unless(status != ReadStatus.NeedsMore || piece.IsEmpty, "More is needed, and not all was taken.");
            outcome = new Outcome(status, head, problem, status == ReadStatus.Done ? piece.Length + data.Length : 0);
        }

        reader.Release();
        return outcome;
    }

    private static void ExpectSame(in Outcome whole, in Outcome cut, string how)
    {
        FindingException.UnlessSame(whole.Status, cut.Status, $"An answer is judged otherwise {how}.");
        FindingException.UnlessSame(Head.Show(whole.Head), Head.Show(cut.Head), $"An answer is read otherwise {how}.");
        FindingException.UnlessSame(whole.Problem, cut.Problem, $"An answer is refused otherwise {how}.");
        FindingException.UnlessSame(whole.Left, cut.Left, $"An answer ends elsewhere {how}.");
    }

    private static void ExpectJudged(ResponseHead head, byte choice)
    {
        var offered = Offers[(choice >> 4) % Offers.Length];
        var budget = new WindowBudget(long.MaxValue);
        var keepsContext = (choice & 0x40) != 0;
        using (var offer = (choice & 0x80) != 0 ? new DeflateOffer(new DeflateSettings(1, 0, keepsContext, 15, 12, budget)) : null)
        {
            var problem = ClientHandshake.Judge(head, Key, offered, offer, out var subprotocol, out var deflate);
            using (deflate)
            {
                FindingException.Unless(problem is null || deflate is null, "Compression was agreed on by an answer that was refused.");
                if (problem is null)
                {
                    FindingException.UnlessSame(101, head.Status, "An answer was taken that switches no protocols.");
                    FindingException.UnlessSame(
                        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head.Headers.Find("Sec-WebSocket-Accept"), "An answer was taken that answers another key.");
                    FindingException.Unless(
                        offered.Length == 0 ? subprotocol.Length == 0 : offered.Contains(subprotocol), "A subprotocol was not offered.");
                    FindingException.Unless(deflate is null || offer is not null, "Compression was not offered.");
                    FindingException.Unless(
                        deflate is not null == head.Headers.Count("Sec-WebSocket-Extensions") > 0, "An extension was agreed on that is not kept.");
                }
            }
        }

        FindingException.UnlessSame(0, budget.Used, "Windows are reserved when nobody has them any more.");
    }

    private readonly record struct Outcome(ReadStatus Status, ResponseHead? Head, string? Problem, int Left);
}
