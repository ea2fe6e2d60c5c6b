using System.Globalization;
using SharpFuzz;
using Switchboard.Fuzz;
using Switchboard.Fuzz.Seeds;

return args switch
{
    ["list"] => List(),
    ["run", var name, _, ..] when TargetList.Find(name) is { } target => Replay(target, args[2..]),
    ["--seconds", var seconds, .. var rest] => Short(seconds, rest),
    ["afl", var name] when TargetList.Find(name) is { } target => Afl(target),
    ["libfuzzer", var name] when TargetList.Find(name) is { } target => LibFuzzer(target),
    ["seed", var folder] => Seed(folder),
    ["run" or "afl" or "libfuzzer", var name, ..] when TargetList.Find(name) is null => Misused($"There is no target '{name}'; 'list' names them."),
    ["run", _] => Misused("'run' needs the files to feed."),
    [] => Misused("Say what to do."),
    _ => Misused($"There is no way to do '{string.Join(' ', args)}'."),
};

static int List()
{
    foreach (var target in TargetList.All)
    {
        Console.WriteLine(target.Name);
    }

    return 0;
}

static int Replay(ITarget target, string[] files)
{
    if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
    {
        return Misused($"There is no file '{missing}'.");
    }

    var findings = 0;
    foreach (var file in files)
    {
        var finding = Campaign.Try(target, File.ReadAllBytes(file));
        findings += finding is null ? 0 : 1;
        Console.WriteLine(finding is null ? $"{file}: nothing found" : $"{file}: {finding.Cause}");
    }

    return findings == 0 ? 0 : 1;
}

static int Short(string seconds, string[] rest)
{
    if (!double.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var total) || total is <= 0 or > 1e6)
    {
        return Misused($"'{seconds}' is not a number of seconds.");
    }

    var seed = Random.Shared.Next();
    if (rest is ["--seed", var given, .. var others])
    {
        if (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out seed))
        {
            return Misused($"'{given}' is not a seed: a seed is a number.");
        }

        rest = others;
    }

    if (rest.FirstOrDefault(name => TargetList.Find(name) is null) is { } unknown)
    {
        return Misused($"There is no target '{unknown}'; 'list' names them.");
    }

    IReadOnlyList<ITarget> targets = rest.Length == 0 ? TargetList.All : [.. rest.Select(name => TargetList.Find(name)!)];
    Console.WriteLine($"seed {seed}");
    var findings = 0;
    foreach (var target in targets)
    {
        var corpus = CorpusFolder.FilesOf(target).Select(File.ReadAllBytes).ToList();
        var (executions, finding) = Campaign.Run(target, corpus, seed, TimeSpan.FromSeconds(total / targets.Count));
        Console.WriteLine($"{target.Name}: {executions} executions, {(finding is null ? "nothing found" : "a finding")}");
        if (finding is not null)
        {
            findings++;
            Console.WriteLine($"  {finding.Cause.GetType().Name}: {finding.Cause.Message}");
            Console.WriteLine($"  the input is in {finding.Write(target.Name)}");
        }
    }

    return findings == 0 ? 0 : 1;
}

static int Afl(ITarget target)
{
    var input = new MemoryStream();
    Fuzzer.Run(stream =>
    {
        input.SetLength(0);
        stream.CopyTo(input);
        target.Run(input.GetBuffer().AsSpan(0, (int)input.Length));
    });
    return 0;
}

static int LibFuzzer(ITarget target)
{
    Fuzzer.LibFuzzer.Run(target.Run);
    return 0;
}

static int Seed(string folder)
{
    foreach (var seed in AllSeeds.All)
    {
        var path = Path.Combine(folder, seed.Target, seed.Name + ".bin");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, seed.Bytes);
    }

    Console.WriteLine($"{AllSeeds.All.Count} seeds written to {folder}");
    return 0;
}

static int Misused(string problem)
{
    Console.Error.WriteLine($"""
        {problem}
        Usage: Switchboard.Fuzz list
               Switchboard.Fuzz --seconds N [--seed N] [TARGET...]   changed forms of the corpus, without instrumentation
               Switchboard.Fuzz run TARGET FILE...                   feeds these files
               Switchboard.Fuzz afl TARGET                           what AFL++ starts
               Switchboard.Fuzz libfuzzer TARGET                     what libFuzzer starts
               Switchboard.Fuzz seed FOLDER                          writes the seeds of the corpus
        """);
    return 2;
}
