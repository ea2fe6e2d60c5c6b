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

    /// <summary>Reads a value by itself, as the field data has it.</summary>
    public bool TryReadData([NotNullWhen(false)] out Refusal? problem)
    {
        try
        {
            _json.Read();
            problem = ReadData();

            // Nothing may follow: the reader throws if something does.
            _json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            problem = Malformed("A message in JSON is one JSON value, nested at most 32 deep, in which strings are whole.");
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
        var field = FieldOf(ref _json);
        _json.Read();
        if (field == Field.Unknown)
        {
            _json.Skip();
            return null;
        }

        if ((_seen & (1 << (int)field)) != 0)
        {
            _json.Skip();
            return Malformed($"The field '{NameOf(field)}' is there twice.");
        }

        _seen |= 1 << (int)field;
        if (field == Field.Data)
        {
            return ReadData();
        }

        var problem = field == Field.Type ? ReadType() : ReadScalar(field) ? null : Malformed($"The field '{NameOf(field)}' must be {RangeOf(field)}.");

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

        ClientFrameType? type = _json switch
        {
            _ when _json.ValueTextEquals("publish"u8) => ClientFrameType.Publish,
            _ when _json.ValueTextEquals("join"u8) => ClientFrameType.Join,
            _ when _json.ValueTextEquals("leave"u8) => ClientFrameType.Leave,
            _ when _json.ValueTextEquals("signal"u8) => ClientFrameType.Signal,
            _ when _json.ValueTextEquals("history"u8) => ClientFrameType.History,
            _ when _json.ValueTextEquals("members"u8) => ClientFrameType.Members,
            _ when _json.ValueTextEquals("auth"u8) => ClientFrameType.Auth,
            _ => null,
        };
        if (type is not { } known)
        {
            return new Refusal("unknown-type", "There is no such type: it is publish, join, leave, signal, history, members or auth.");
        }

        _hasType = true;
        Frame = Frame with { Type = known };
        return null;
    }

    private bool ReadScalar(Field field)
    {
        switch (field)
        {
            case Field.Room:
                // Whether it is a name is for others to say, who have a code for that.
                return _json.TokenType == JsonTokenType.String && Keep(Frame with { Room = _json.GetString() });
            case Field.Id:
                return TryReadText(out var id, MaxNameBytes) && Keep(Frame with { Id = id });
            case Field.Key:
                return TryReadText(out var key, MaxNameBytes) && Keep(Frame with { Key = key });
            case Field.Token:
                return TryReadText(out var token, int.MaxValue) && Keep(Frame with { Token = token });
            case Field.Epoch:
                return _json.TokenType == JsonTokenType.String && _json.TryGetGuid(out var epoch) && Keep(Frame with { Epoch = epoch });
            case Field.Since:
                return TryReadCount(out var since) && Keep(Frame with { Since = since });
            case Field.After:
                return TryReadCount(out var after) && Keep(Frame with { After = after });
            case Field.Before:
                return TryReadCount(out var before) && Keep(Frame with { Before = before });
            case Field.Last:
                return TryReadCount(out var last) && Keep(Frame with { Last = (int)Math.Min(last, int.MaxValue) });
            case Field.Limit:
                return TryReadCount(out var limit) && Keep(Frame with { Limit = (int)Math.Min(limit, int.MaxValue) });
            case Field.Echo:
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
        if (_json.TokenType == JsonTokenType.String)
        {
            Frame = Frame with { Kind = RoomMessageKind.Text, Payload = Unescaped(ref _json) };
            return null;
        }

        var value = _json;
        var start = (int)_json.TokenStartIndex;
        _json.Skip();
        var raw = _utf8[start..(int)_json.BytesConsumed];
        if (value.TokenType == JsonTokenType.StartObject && HasOnly(ref value, "base64"u8))
        {
            value.Read();
            if (value.TokenType != JsonTokenType.String || !value.TryGetBytesFromBase64(out var bytes))
            {
                return Malformed("Binary data is {\"base64\": \"...\"}, with base64 of RFC 4648 §4.");
            }

            Frame = Frame with { Kind = RoomMessageKind.Binary, Payload = bytes };
            return null;
        }

        Frame = Frame with { Kind = RoomMessageKind.Json, Payload = raw.ToArray() };
        return null;
    }

    /// <summary>Whether the object that the reader stands at has this property and no other one; then it stands at its name.</summary>
    private static bool HasOnly(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals(name))
        {
            return false;
        }

        var behind = json;
        behind.Read();
        behind.Skip();
        return behind.Read() && behind.TokenType == JsonTokenType.EndObject;
    }

    private static byte[] Unescaped(ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped)
        {
            return json.ValueSpan.ToArray();
        }

        var bytes = new byte[json.ValueSpan.Length];
        return bytes.AsSpan(0, json.CopyString(bytes)).ToArray();
    }

    private static Refusal Malformed(string message) => new("malformed", message);

    private enum Field
    {
        Unknown,
        Type,
        Room,
        Id,
        Key,
        Data,
        Since,
        Epoch,
        Last,
        Echo,
        After,
        Before,
        Limit,
        Token,
    }

    private static Field FieldOf(ref Utf8JsonReader json) => json switch
    {
        _ when json.ValueTextEquals("type"u8) => Field.Type,
        _ when json.ValueTextEquals("room"u8) => Field.Room,
        _ when json.ValueTextEquals("id"u8) => Field.Id,
        _ when json.ValueTextEquals("key"u8) => Field.Key,
        _ when json.ValueTextEquals("data"u8) => Field.Data,
        _ when json.ValueTextEquals("since"u8) => Field.Since,
        _ when json.ValueTextEquals("epoch"u8) => Field.Epoch,
        _ when json.ValueTextEquals("last"u8) => Field.Last,
        _ when json.ValueTextEquals("echo"u8) => Field.Echo,
        _ when json.ValueTextEquals("after"u8) => Field.After,
        _ when json.ValueTextEquals("before"u8) => Field.Before,
        _ when json.ValueTextEquals("limit"u8) => Field.Limit,
        _ when json.ValueTextEquals("token"u8) => Field.Token,
        _ => Field.Unknown,
    };

    private static string NameOf(Field field) => field.ToString().ToLowerInvariant();

    private static string RangeOf(Field field) => field switch
    {
        Field.Id or Field.Key => "a string of 1 to 200 bytes",
        Field.Room => "a string",
        Field.Token => "a string that is not empty",
        Field.Epoch => "a string with the epoch that the room has told",
        Field.Echo => "true or false",
        _ => "a whole number, 0 or more",
    };
}
