package io.crius.server.state;

import java.util.List;
import java.util.Optional;

/** As whom a process runs, as the request says it; what is empty comes from the image. */
public record Identity(
        Optional<Long> user,
        Optional<String> username,
        Optional<Long> group,
        List<Long> supplementalGroups,
        GroupsPolicy policy) {
    /** Whether the groups of the user in the image's /etc/group are added. */
    public enum GroupsPolicy {
        MERGE,
        STRICT
    }

    public static final Identity FROM_IMAGE =
            new Identity(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), GroupsPolicy.MERGE);

    public Identity {
        supplementalGroups = List.copyOf(supplementalGroups);
    }
}
