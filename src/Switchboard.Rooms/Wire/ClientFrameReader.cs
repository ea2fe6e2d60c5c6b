using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Switchboard.Rooms.Wire;

/// <summary>Reads one object with one look at each byte, and copies nothing but what is kept.</summary>
internal ref struct ClientFrameReader(ReadOnlySpan<byte> utf8)
{
    private const int MaxNameBytes = 200;

    private readonly ReadOnlySpan<byte> _utf8 = utf8;

    // The data itself may be nested so deeply; the frame is one level around it.
    private Utf8JsonReader _json = new(utf8, new JsonReaderOptions { MaxDepth = PayloadRule.MaxJsonDepth + 1 });
    private int _seen;
    private bool _hasType;

    public ClientFrame Frame { get; private set; }

    public bool TryRead([NotNullWhen(false)] out Refusal? problem)
    {
        try
        {
            problem = Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON; or a string with half of a surrogate pair, which is no text.
            problem = Malformed("A frame is one JSON object, nested at most 32 deep, in which strings are whole.");
        }

        return problem is null;
    }

    private Refusal? Read()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
        {
            return Malformed("A frame is one JSON object.");
        }

        Refusal? problem = null;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            // Also behind a problem, for the error is to carry the id.
            var another = ReadField();
            problem ??= another;
        }

        // Nothing may follow: the reader throws if something does.
        _json.Read();
        return problem ?? (_hasType ? null : Malformed("A frame needs a 'type', which is a string."));
    }

    private Refusal? ReadField()
    {
        var field = ClientVocabulary.FieldOf(_json);
        _json.Read();
        if (field == ClientField.Unknown)
        {
            _json.Skip();
            return null;
        }

        if ((_seen & (1 << (int)field)) != 0)
        {
            _json.Skip();
            return Malformed($"The field '{ClientVocabulary.NameOf(field)}' is there twice.");
        }

        _seen |= 1 << (int)field;
        if (field == ClientField.Data)
        {
            return ReadData();
        }

        var problem = field == ClientField.Type ? ReadType()
            : TryReadScalar(field) ? null
            : Malformed($"The field '{ClientVocabulary.NameOf(field)}' must be {ClientVocabulary.RangeOf(field)}.");

        // Past what is no scalar; there is nothing to pass otherwise.
        _json.Skip();
        return problem;
    }

    private Refusal? ReadType()
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            return Malformed("A frame needs a 'type', which is a string.");
        }

        if (ClientVocabulary.TypeOf(_json) is not { } type)
        {
            return new Refusal("unknown-type", "There is no such type: it is publish, join, leave, signal, history, members or auth.");
        }

        _hasType = true;
        Frame = Frame with { Type = type };
        return null;
    }

    private bool TryReadScalar(ClientField field)
    {
        switch (field)
        {
            case ClientField.Room:
                // Whether it is a name is for others to say, who have a code for that.
                return _json.TokenType == JsonTokenType.String && Keep(Frame with { Room = _json.GetString() });
            case ClientField.Id:
                return TryReadText(out var id, MaxNameBytes) && Keep(Frame with { Id = id });
            case ClientField.Key:
                return TryReadText(out var key, MaxNameBytes) && Keep(Frame with { Key = key });
            case ClientField.Token:
                return TryReadText(out var token, int.MaxValue) && Keep(Frame with { Token = token });
            case ClientField.Epoch:
                return _json.TokenType == JsonTokenType.String && _json.TryGetGuid(out var epoch) && Keep(Frame with { Epoch = epoch });
            case ClientField.Since:
                return TryReadCount(out var since) && Keep(Frame with { Since = since });
            case ClientField.After:
                return TryReadCount(out var after) && Keep(Frame with { After = after });
            case ClientField.Before:
                return TryReadCount(out var before) && Keep(Frame with { Before = before });
            case ClientField.Last:
                return TryReadCount(out var last) && Keep(Frame with { Last = (int)Math.Min(last, int.MaxValue) });
            case ClientField.Limit:
                return TryReadCount(out var limit) && Keep(Frame with { Limit = (int)Math.Min(limit, int.MaxValue) });
            case ClientField.Echo:
                return _json.TokenType is JsonTokenType.True or JsonTokenType.False && Keep(Frame with { WantsEcho = _json.GetBoolean() });
            default:
                throw new InvalidOperationException($"The field {field} has no reader.");
        }
    }

    private bool Keep(in ClientFrame frame)
    {
        Frame = frame;
        return true;
    }

    private bool TryReadText(out string? text, int maxBytes)
    {
        text = _json.TokenType == JsonTokenType.String ? _json.GetString() : null;
        return text is { Length: > 0 } && Encoding.UTF8.GetByteCount(text) <= maxBytes;
    }

    private bool TryReadCount(out long count)
    {
        count = 0;
        return _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out count) && count >= 0;
    }

    private Refusal? ReadData()
    {
        var problem = ClientData.Read(ref _json, _utf8, out var kind, out var payload);
        Frame = Frame with { Kind = kind, Payload = payload };
        return problem;
    }

    private static Refusal Malformed(string message) => new("malformed", message);
}
