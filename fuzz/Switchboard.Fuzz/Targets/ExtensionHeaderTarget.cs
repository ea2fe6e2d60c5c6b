using System.Text;
using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Extensions;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Handshake;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// <see cref="ExtensionHeader"/> and the negotiation of permessage-deflate in both roles. Options: the window bits of both sides (9 to 15, half a
/// byte each), and whether windows are kept. The data is the header's value. What is parsed can be printed and parsed again to the same; an answer keeps within
/// what was offered and what is wanted, and two ends of ours understand each other.
/// </summary>
internal sealed class ExtensionHeaderTarget : ITarget
{
    public string Name => "extension-header";

    public void Run(ReadOnlySpan<byte> input)
    {
        var choices = new Choices(input);
        var windows = choices.Next();
        var keepsContext = (choices.Next() & 1) != 0;
        var header = Encoding.Latin1.GetString(choices.Data);
        var budget = new WindowBudget(long.MaxValue);
        var settings = new DeflateSettings(1, 0, keepsContext, 9 + ((windows >> 4) % 7), 9 + ((windows & 15) % 7), budget);
        var parsed = ExtensionHeader.Parse(header);
        FindingException.UnlessSame(RequestByTheBook.IsExtensionList(header), parsed is not null, "A header is not judged as the grammar does.");
        if (parsed is { } elements)
        {
            ExpectParsedAgain(elements);
            ExpectServerToKeepWithin(elements, settings);
            ExpectClientToKeepWithin(elements, settings);
        }

        ExpectToAgreeWithOurselves(
            settings,
            settings with { OwnWindowBits = settings.PeerWindowBits, PeerWindowBits = settings.OwnWindowBits, KeepsContext = (windows & 8) != 0 });
        FindingException.UnlessSame(0, budget.Used, "Windows are reserved when nobody has them any more.");
    }

    private static void ExpectParsedAgain(IReadOnlyList<ExtensionOffer> elements)
    {
        var printed = Print(elements);
        FindingException.Unless(
            elements.All(element => Token.IsToken(element.Name) && element.Parameters.All(
                parameter => Token.IsToken(parameter.Key) && (parameter.Value is null || Token.IsToken(parameter.Value)))),
            "A header was taken whose parts are no tokens.");
        var again = ExtensionHeader.Parse(printed);
        FindingException.UnlessSame(printed, again is null ? null : Print(again), "A header that was parsed and printed is parsed otherwise.");
    }

    private static void ExpectServerToKeepWithin(IReadOnlyList<ExtensionOffer> offers, DeflateSettings settings)
    {
        using var agreed = new DeflateAcceptor(settings).Accept(offers);
        DeflateParameters? first = null;
        foreach (var offer in offers)
        {
            if (offer.Name == "permessage-deflate" && DeflateParameters.TryRead(offer, isAnswer: false, out var parameters)
                && parameters.ServerMaxWindowBits != 8)
            {
                first = parameters;
                break;
            }
        }

        FindingException.Unless(agreed is null == first is null, "An offer that can be kept was declined, or one that cannot was accepted.");
        if (agreed is null || first is not { } offered)
        {
            return;
        }

        var answer = ReadAnswer(agreed.Header);
        FindingException.Unless(!offered.ServerNoContextTakeover || answer.ServerNoContextTakeover, "The answer lacks what the offer asks for.");
        FindingException.Unless(
            answer.ServerMaxWindowBits <= offered.ServerMaxWindowBits || offered.ServerMaxWindowBits is null,
            "The server's window is larger than the offer allows.");
        FindingException.Unless(
            answer.ClientMaxWindowBits is null || offered.KnowsClientMaxWindowBits,
            "The client's window is limited, and it did not say that it knows how.");
        FindingException.Unless(
            (answer.ClientMaxWindowBits ?? 15) <= (offered.ClientMaxWindowBits ?? 15), "The client's window is larger than its offer.");
        FindingException.Unless((answer.ServerMaxWindowBits ?? 15) <= settings.OwnWindowBits, "The server's window is larger than it wants.");
        FindingException.UnlessSame(
            answer.ServerMaxWindowBits ?? 15, agreed.Form.WindowBits, "The server compresses for another window than it said.");
        FindingException.Unless(
            !agreed.KeepsOutbound || !answer.ServerNoContextTakeover, "The server keeps its window, and said that it does not.");
    }

    private static void ExpectClientToKeepWithin(IReadOnlyList<ExtensionOffer> answer, DeflateSettings settings)
    {
        using var offer = new DeflateOffer(settings);
        var problem = offer.Judge(answer, out var agreed);
        using (agreed)
        {
            FindingException.Unless(problem is null || agreed is null, "Compression was agreed on by an answer that was refused.");
            FindingException.Unless(problem is not null || agreed is not null || answer.Count == 0, "An answer was taken and not kept.");
            if (agreed is null)
            {
                return;
            }

            FindingException.Unless(
                answer.Count == 1 && DeflateParameters.TryRead(answer[0], isAnswer: true, out _), "An answer was taken that must not be.");
            DeflateParameters.TryRead(answer[0], isAnswer: true, out var parameters);
            FindingException.Unless(
                (parameters.ServerMaxWindowBits ?? 15) <= settings.PeerWindowBits, "The server's window is larger than was offered.");
            FindingException.Unless(agreed.Form.WindowBits <= settings.OwnWindowBits, "The client compresses for a larger window than it wants.");
            FindingException.Unless(
                agreed.Form.WindowBits <= (parameters.ClientMaxWindowBits ?? 15), "The client compresses for a larger window than the server has.");
            FindingException.Unless(settings.KeepsContext || !agreed.KeepsOutbound, "The client keeps a window that it does not want.");
            FindingException.Unless(
                !parameters.ClientNoContextTakeover || !agreed.KeepsOutbound, "The client keeps a window that the server does not have.");
        }
    }

    private static void ExpectToAgreeWithOurselves(DeflateSettings client, DeflateSettings server)
    {
        using var offer = new DeflateOffer(client);
        var offers = ExtensionHeader.Parse(offer.Header);
        FindingException.Unless(offers is [_], "Our own offer does not follow the grammar.");
        using var servers = new DeflateAcceptor(server).Accept(offers);
        FindingException.Unless(servers is not null, "Our own offer was declined.");
        var problem = offer.Judge(ExtensionHeader.Parse(servers.Header) ?? [], out var clients);
        using (clients)
        {
            FindingException.Unless(problem is null && clients is not null, $"Our own answer was refused: {problem}");
            FindingException.Unless(
                servers.Form.WindowBits <= client.PeerWindowBits, "Our server compresses for a larger window than our client has.");
            FindingException.Unless(
                clients.Form.WindowBits <= server.PeerWindowBits, "Our client compresses for a larger window than our server has.");
        }
    }

    private static DeflateParameters ReadAnswer(string header)
    {
        var parameters = default(DeflateParameters);
        FindingException.Unless(
            ExtensionHeader.Parse(header) is [var element] && element.Name == "permessage-deflate" && DeflateParameters.TryRead(element, isAnswer: true, out parameters),
            $"Our answer cannot be read: {header}");
        return parameters;
    }

    private static string Print(IReadOnlyList<ExtensionOffer> elements) => string.Join(
        ", ", elements.Select(element => element.Name + string.Concat(element.Parameters.Select(
            parameter => parameter.Value is null ? $"; {parameter.Key}" : $"; {parameter.Key}={parameter.Value}"))));
}
