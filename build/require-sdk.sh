# Sourced by run and test: says in one sentence what is missing, if the .NET SDK of global.json is.
if ! dotnet --version >/dev/null 2>&1; then
    wanted=$(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' global.json)
    echo "Switchboard needs the .NET SDK $wanted or a later 10.0 one, and 'dotnet' is not that here: install it from https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    exit 1
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
