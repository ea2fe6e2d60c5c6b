using System.Reflection;
using System.Runtime.CompilerServices;

namespace Switchboard.Diagnostics;

/// <summary>
/// What a handler is called in its source: <c>Chat.Room.OnText</c>, and for what has no name there the method that it stands in:
/// <c>Chat.Room.Join (lambda)</c>. Only for the log: how the compiler names things is not promised to anybody.
/// </summary>
internal static class HandlerName
{
    /// <param name="handlers">Events' delegates; those without a handler are null.</param>
    /// <returns>All of their names, for which of them it is is not known.</returns>
    internal static string Of(params ReadOnlySpan<Delegate?> handlers)
    {
        var names = new List<string>();
        foreach (var handler in handlers)
        {
            names.AddRange((handler?.GetInvocationList() ?? []).Select(static one => Of(one.Method)));
        }

        return names.Count == 0 ? "of no name" : string.Join(" or ", names.Distinct());
    }

    /// <summary>The name of what was posted to a synchronization context: mostly what an async method does after an await.</summary>
    internal static string OfPosted(SendOrPostCallback callback, object? state)
    {
        // The state is what the runtime keeps an async method in, or a call of it. Both know the type that the compiler made of the method.
        var box = state is Delegate { Target: { } target } ? target : state;
        var machine = box?.GetType().GetGenericArguments().LastOrDefault(static type => type.IsAssignableTo(typeof(IAsyncStateMachine)));
        return machine is not null ? $"{Readable(machine.DeclaringType, machine.Name)}, after an await"
            : Of(state as Delegate ?? callback);
    }

    private static string Of(MethodInfo method) => Readable(method.DeclaringType, method.Name);

    /*  <Join>b__3_0         a lambda in Join           <Join>g__Greet|3_0   its local function Greet
        <Join>d__3           Join, if it is async       <<Join>b__3_0>d      its async lambda
        <>c, <>c__DisplayClass3_0                       the types that lambdas stand in           */
    private static string Readable(Type? type, string name)
    {
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
        {
            type = outer;
        }

        var typeName = type?.FullName is { } full ? $"{full.Split('[')[0].Replace('+', '.')}." : "";
        return $"{WithoutArity(typeName)}{Readable(name)}";
    }

    private static string Readable(string name)
    {
        if (!name.StartsWith('<') || name.LastIndexOf('>') is not (> 0 and var end))
        {
            return name;
        }

        var inner = Readable(name[1..end]);
        return name[(end + 1)..] switch
        {
            "$" => inner,
            ['b', ..] => $"{inner} (lambda)",
            ['g', '_', '_', .. var local] => $"{inner}.{local.Split('|')[0]}",
            _ => inner,
        };
    }

    private static string WithoutArity(string name)
    {
        var end = name.IndexOf('`', StringComparison.Ordinal);
        return end < 0 ? name : name[..end] + WithoutArity(name[(end + 1)..].TrimStart("0123456789".ToCharArray()));
    }
}
