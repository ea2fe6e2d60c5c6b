using System.Text;

namespace Switchboard.Fuzz.Seeds;

/// <summary>Frames of <c>switchboard.v1.json</c> from clients, good and bad.</summary>
internal static class ClientFrameSeeds
{
    internal static IReadOnlyList<Seed> All { get; } =
    [
        Of("publish-text", """{"type":"publish","room":"lobby","id":"m1","key":"k","data":"gr\u00fc\u00dfe \ud83d\udc4b\n"}"""),
        Of("publish-json", """{"type":"publish","data":{"a":[1,-2.5e3,true,null,{"b":"c"}]}}"""),
        Of("publish-empty-object", """{"type":"publish","data":{}}"""),
        Of("publish-null", """{"type":"publish","data":null}"""),
        Of("publish-binary", """{"type":"publish","data":{"base64":"/wD+"}}"""),
        Of("publish-binary-escaped", """{"type":"publish","data":{"\u0062ase64":"\/wD+"}}"""),
        Of("publish-binary-and-more", """{"type":"publish","data":{"base64":"aGk=","more":1}}"""),
        Of("publish-binary-twice", """{"type":"publish","data":{"base64":"aGk=","base64":"aG8="}}"""),
        Of("publish-number", """{"type":"publish","data":12345678901234567890e999}"""),
        Of("join", """{"type":"join","room":"lobby","since":41,"epoch":"01234567-89ab-cdef-0123-456789abcdef","last":50,"echo":false}"""),
        Of("leave", """{"type":"leave","room":"lobby"}"""),
        Of("signal", """{"type":"signal","data":"typing"}"""),
        Of("history-before", """{"type":"history","room":"lobby","before":42,"limit":50,"id":"h1"}"""),
        Of("history-after", """{"type":"history","after":41}"""),
        Of("members", """{"type":"members","id":"x"}"""),
        Of("auth", """{"type":"auth","token":"a.b.c"}"""),
        Of("escaped-name", """{"\u0074ype":"\u006ceave"}"""),
        Of("unknown-type", """{"type":"dance","id":"i"}"""),
        Of("unknown-fields", """{"type":"leave","__proto__":{"type":[1]},"x":"y"}"""),
        Of("field-twice", """{"type":"publish","data":1,"d\u0061ta":2}"""),
        Of("wrong-types", """{"type":"join","room":5,"since":"x","echo":1,"id":{}}"""),
        Of("half-a-pair", """{"type":"publish","data":"\ud800"}"""),
        Of("half-a-pair-inside", """{"type":"publish","data":["\ud800"]}"""),
        Of("deep", $$"""{"type":"publish","data":{{new string('[', 32)}}{{new string(']', 32)}}}"""),
        Of("too-deep", $$"""{"type":"publish","data":{{new string('[', 33)}}{{new string(']', 33)}}}"""),
        Of("trailing", """{"type":"leave"}{}"""),
        Of("comment", """{"type":"leave"/**/}"""),
        Of("byte-order-mark", "\uFEFF{\"type\":\"leave\"}"),
        Of("no-object", """["leave"]"""),
        Of("empty", ""),
    ];

    private static Seed Of(string name, string text) => new("client-frame", name, Encoding.UTF8.GetBytes(text));
}
