using System.Text.Unicode;
using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// <see cref="Utf8Validator"/> and <see cref="MessageAssembler"/>. Option: how the text is cut. The data is a text, or something that wants to be one.
/// It is valid, and wrong at the same byte, as the runtime has it, at every cut; a message that is gathered is the message, in a bounded buffer.
/// </summary>
internal sealed class MessagesTarget : ITarget
{
    public string Name => "messages";

    public void Run(ReadOnlySpan<byte> input)
    {
        var choices = new Choices(input);
        var pieces = new Pieces(choices.Next());
        var text = choices.Data;
        ExpectJudgedAsByTheRuntime(text, pieces);
        ExpectGathered(text, pieces);
        ExpectReserved(text, pieces);
    }

    private static void ExpectJudgedAsByTheRuntime(ReadOnlySpan<byte> text, Pieces pieces)
    {
        var wrong = FirstWrongByte.In(text);
        var whole = default(Utf8Validator);
        var isRight = whole.Append(text);
        FindingException.UnlessSame(wrong < 0, isRight, "A text is not judged as the runtime does.");
        FindingException.UnlessSame(Utf8.IsValid(text), isRight && whole.IsComplete, "A text's end is not judged as the runtime does.");

        var byteByByte = default(Utf8Validator);
        var place = 0;
        while (place < text.Length && byteByByte.Append(text.Slice(place, 1)))
        {
            place++;
        }

        FindingException.UnlessSame(wrong < 0 ? text.Length : wrong, place, "Byte by byte, another byte is the first wrong one.");
        FindingException.Unless(wrong >= 0 || byteByByte.IsComplete == whole.IsComplete, "A text ends otherwise byte by byte.");

        var inPieces = default(Utf8Validator);
        var rest = text;
        for (var i = 0; !rest.IsEmpty; i++)
        {
            var before = text.Length - rest.Length;
            var piece = pieces.Take(ref rest, i);
            var isWrongHere = wrong >= before && wrong < before + piece.Length;
            FindingException.UnlessSame(!isWrongHere, inPieces.Append(piece), "In pieces, another piece is the first wrong one.");
            if (isWrongHere)
            {
                return;
            }
        }

        FindingException.UnlessSame(whole.IsComplete, inPieces.IsComplete, "A text ends otherwise in pieces.");
    }

    private static void ExpectGathered(ReadOnlySpan<byte> message, Pieces pieces)
    {
        var header = new FrameHeader(true, ReservedBits.None, Opcode.Binary, true, BitConverter.ToUInt32(Wire.Key), message.Length);
        ReadOnlySpan<byte> masked = Wire.Masked(message, Wire.Key);
        var assembler = default(MessageAssembler);
        for (var i = 0; !masked.IsEmpty; i++)
        {
            var known = assembler.Length;
            var piece = pieces.Take(ref masked, i);
            var placed = assembler.Append(piece, header, known, message.Length);
            FindingException.UnlessSameBytes(message.Slice(known, piece.Length), placed, "A piece is not unmasked in its new place.");
            ExpectBounded(assembler);
        }

        FindingException.UnlessSameBytes(message, assembler.Message, "A message is not what was gathered.");
        ExpectReleased(ref assembler);
    }

    // As inflated messages are gathered: room is asked for, and some of it is used.
    private static void ExpectReserved(ReadOnlySpan<byte> message, Pieces pieces)
    {
        var limit = message.Length;
        var assembler = default(MessageAssembler);
        var rest = message;
        for (var i = 0; !rest.IsEmpty; i++)
        {
            var piece = pieces.Take(ref rest, i);
            while (!piece.IsEmpty)
            {
                var room = assembler.Reserve(pieces.Choice, limit);
                FindingException.Unless(!room.IsEmpty, "There is no room below the limit.");
                FindingException.Unless(room.Length <= limit - assembler.Length, "There is room beyond the limit.");
                var part = piece[..Math.Min(piece.Length, room.Length)];
                part.CopyTo(room);
                assembler.Advance(part.Length);
                piece = piece[part.Length..];
            }
        }

        FindingException.Unless(assembler.Reserve(pieces.Choice, limit).IsEmpty, "There is room at the limit.");
        FindingException.UnlessSameBytes(message, assembler.Message, "A message is not what was put into the room for it.");
        ExpectReleased(ref assembler);
    }

    private static void ExpectBounded(in MessageAssembler assembler) =>
        FindingException.Unless(
            assembler.PinnedBytes <= Math.Max(1024, 8 * assembler.Length), "A message pins more than eight times what has come.");

    private static void ExpectReleased(ref MessageAssembler assembler)
    {
        assembler.Release();
        FindingException.Unless(assembler.PinnedBytes == 0 && assembler.Length == 0, "A message that was released pins memory.");
    }
}
