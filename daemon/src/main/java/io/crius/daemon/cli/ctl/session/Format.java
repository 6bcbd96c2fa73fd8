package io.crius.daemon.cli.ctl.session;

import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.model.CriusException;

/** How a command prints. */
public enum Format {
    TABLE,
    JSON,
    YAML;

    /** The flag that chooses it. */
    public static final Flag FLAG = Flag.text("output", 'o', "json, yaml or table");

    /** What was asked for. */
    public static Format of(Given given, Format otherwise) {
        return switch (given.text("output", "")) {
            case "" -> otherwise;
            case "json" -> JSON;
            case "yaml" -> YAML;
            case "table" -> TABLE;
            case "go-template" ->
                throw new CriusException.InvalidArgument(
                        "--output go-template: templates of Go are not understood; take json and a program like jq");
            default ->
                throw new CriusException.InvalidArgument(
                        "--output: \"" + given.text("output", "") + "\" is none of json, yaml, table");
        };
    }
}
