namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>How a message is compressed. Messages of the same form are the same bytes to every receiver, so one is enough for all of them.</summary>
/// <param name="Level">1, fastest, to 9, smallest.</param>
/// <param name="WindowBits">9 to 15: a receiver needs 2 to that many bytes of what came before.</param>
internal readonly record struct DeflateForm(int Level, int WindowBits);
