package io.crius.runtime.conmon;

import io.crius.model.ContainerId;
import io.crius.runtime.ProcessIdentity;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A monitor as its own command line tells of it.
 *
 * @param runtime the OCI runtime's program with its arguments
 * @param children the processes whose parent it is: the container's first one, or the runtime that creates it
 */
public record Stray(
        ContainerId container, ProcessIdentity monitor, List<String> runtime, List<ProcessIdentity> children) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

    public Stray {
        runtime = List.copyOf(runtime);
        children = List.copyOf(children);
    }

    /** Whether somebody may be working in the container. */
    public boolean lives() {
        return !children.isEmpty();
    }

    /** What a person would say to end the container. Words that a shell would not take as they are are quoted. */
    public String endingCommand() {
        return runtime.stream().map(Stray::quoted).collect(Collectors.joining(" ")) + " delete --force "
                + quoted(container.toString());
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
