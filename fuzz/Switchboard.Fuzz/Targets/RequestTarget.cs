using System.Buffers;
using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Extensions;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// <see cref="RequestReader"/> and <see cref="ServerHandshake"/>. Options: the limits, and how the head is cut. The data is a request, and what follows it.
/// It is read as <see cref="HeadByTheBook"/> says, in the same way at every cut, and again from its own text; what is accepted or refused is answered so
/// that a client understands it.
/// </summary>
internal sealed class RequestTarget : ITarget
{
    private static readonly DeflateAcceptor Acceptor = new(new DeflateSettings(1, 0, KeepsContext: false, 15, 15, new WindowBudget(0)));

    public string Name => "request";

    public void Run(ReadOnlySpan<byte> input)
    {
        var choices = new Choices(input);
        var limits = Head.LimitsOf(choices.Next());
        var pieces = new Pieces(choices.Next());
        var whole = Read(choices.Data, limits, Pieces.Whole);
        ExpectSame(whole, Read(choices.Data, limits, Pieces.ByteByByte), "byte by byte");
        ExpectSame(whole, Read(choices.Data, limits, pieces), "in pieces");
        var length = HeadByTheBook.RequestIn(choices.Data, limits, out var byTheBook);
        FindingException.UnlessSame(length > 0, whole.Head is not null, "A request is not judged as the grammar does.");
        FindingException.UnlessSame(whole.Head is null ? 0 : choices.Data.Length - length, whole.Left, "A request ends elsewhere than the grammar says.");
        FindingException.UnlessSame(whole.Head is null ? null : byTheBook, Head.Show(whole.Head), "A request is not read as the grammar does.");
        if (whole.Head is not { } head)
        {
            FindingException.Unless(
                whole.Status == ReadStatus.NeedsMore || whole.Refusal is { Status: 400 or 431 }, "A request that is not read has no refusal.");
            ExpectRefused(whole.Refusal);
            return;
        }

        FindingException.Unless(Head.IsPrintable(head.Target), "A target that was read cannot be shown.");
        FindingException.Unless(
            head.Headers.Fields.All(field => Token.IsToken(field.Key) && Head.IsPrintable(field.Value)), "A header that was read cannot be shown.");
        var again = Read(Head.Write($"{head.Method} {head.Target} HTTP/1.{head.MinorVersion}", head.Headers), HeadLimits.Default, Pieces.Whole);
        FindingException.UnlessSame(Head.Show(head), Head.Show(again.Head), "A request that was read and written is read otherwise.");
        ExpectJudged(head);
    }

    private static Outcome Read(ReadOnlySpan<byte> data, HeadLimits limits, Pieces pieces)
    {
        var reader = new RequestReader(limits);
        var outcome = new Outcome(ReadStatus.NeedsMore, null, null, 0);
        for (var i = 0; !data.IsEmpty && outcome.Status == ReadStatus.NeedsMore; i++)
        {
            var piece = pieces.Take(ref data, i);
            var status = reader.TryRead(ref piece, out var head, out var refusal);
            FindingException.Unless(head is not null == (status == ReadStatus.Done), "A request is there when it is not done.");
            FindingException.Unless(refusal is not null == (status == ReadStatus.Invalid), "A refusal is there when it is not invalid.");
            FindingException.Unless(status != ReadStatus.NeedsMore || piece.IsEmpty, "More is needed, and not all was taken.");
            outcome = new Outcome(status, head, refusal, status == ReadStatus.Done ? piece.Length + data.Length : 0);
        }

        ExpectOver(reader, outcome.Status);
        reader.Release();
        return outcome;
    }

    // What follows one head must not be taken for another.
    private static void ExpectOver(RequestReader reader, ReadStatus status)
    {
        var another = "GET / HTTP/1.1\r\n\r\n"u8;
        FindingException.Unless(
            status == ReadStatus.NeedsMore || reader.TryRead(ref another, out _, out _) == ReadStatus.Invalid, "A second request was read.");
    }

    private static void ExpectSame(in Outcome whole, in Outcome cut, string how)
    {
        FindingException.UnlessSame(whole.Status, cut.Status, $"A request is judged otherwise {how}.");
        FindingException.UnlessSame(Head.Show(whole.Head), Head.Show(cut.Head), $"A request is read otherwise {how}.");
        FindingException.UnlessSame(whole.Refusal, cut.Refusal, $"A request is refused otherwise {how}.");
        FindingException.UnlessSame(whole.Left, cut.Left, $"A request ends elsewhere {how}.");
    }

    private static void ExpectJudged(RequestHead head)
    {
        var refusal = ServerHandshake.Judge(head, out var valid);
        FindingException.Unless(refusal is null == valid is not null, "A request is both refused and accepted, or neither.");
        FindingException.UnlessSame(RequestByTheBook.MayBeUpgraded(head), valid is not null, "A request is not judged as the RFC does.");
        if (valid is null)
        {
            FindingException.Unless(refusal is { Status: 400 or 405 or 426 }, "A request is refused with a status that is not foreseen.");
            ExpectRefused(refusal);
            return;
        }

        // The client that sent this request takes the answer.
        FindingException.Unless(AcceptKey.IsValid(valid.Key), "A request was accepted with a bad key.");
        FindingException.Unless(valid.Subprotocols.All(offer => Token.IsToken(offer)), "A request was accepted with a bad subprotocol.");
        var subprotocol = valid.Subprotocols.Count > 0 ? SubprotocolChoice.Choose(valid.Subprotocols, [valid.Subprotocols[^1]]) : null;
        var deflate = Acceptor.Accept(valid.Extensions);
        var output = new ArrayBufferWriter<byte>();
        HeadWriter.WriteAcceptance(output, valid.Key, subprotocol, deflate?.Header, []);
        var answer = ReadAnswer(output.WrittenSpan);
        using var offer = new DeflateOffer(new DeflateSettings(1, 0, KeepsContext: false, 15, 15, new WindowBudget(0)));
        var extensions = ExtensionHeader.Parse(answer.Headers.Find("Sec-WebSocket-Extensions"));
        FindingException.UnlessSame(deflate is null ? 0 : 1, extensions?.Count, "An answer has other extensions than were agreed on.");
        var problem = ClientHandshake.Judge(answer, valid.Key, valid.Subprotocols, deflate is null ? null : offer, out var chosen, out _);

        // This client's own offer asks for less than the one that came, if that one asked for windows.
        var isOfferOfOurs = problem?.StartsWith("The server accepted permessage-deflate without", StringComparison.Ordinal) == true;
        FindingException.Unless(problem is null || isOfferOfOurs, $"An answer is not taken by the client: {problem}");
        FindingException.UnlessSame(subprotocol ?? "", chosen, "An answer chooses another subprotocol.");
    }

    private static void ExpectRefused(HandshakeRefusal? refusal)
    {
        if (refusal is null)
        {
            return;
        }

        var output = new ArrayBufferWriter<byte>();
        KeyValuePair<string, string>[] headers = refusal.HeaderName is { } name ? [new(name, refusal.HeaderValue!)] : [];
        HeadWriter.WriteRefusal(output, refusal.Status, "No", refusal.Problem, headers);
        FindingException.UnlessSame(refusal.Status, ReadAnswer(output.WrittenSpan).Status, "A refusal has another status.");
    }

    private static ResponseHead ReadAnswer(ReadOnlySpan<byte> answer)
    {
        var reader = new ResponseReader(HeadLimits.Default);
        var status = reader.TryRead(ref answer, out var head, out var problem);
        FindingException.Unless(status == ReadStatus.Done, $"An answer of the server cannot be read: {problem}");
        return head!;
    }

    private readonly record struct Outcome(ReadStatus Status, RequestHead? Head, HandshakeRefusal? Refusal, int Left);
}
