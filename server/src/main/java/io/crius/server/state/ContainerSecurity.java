package io.crius.server.state;

import java.util.List;
import java.util.Optional;

/**
 * The security settings of a container as requested. Capability names are as given, with or without {@code CAP_}.
 */
public record ContainerSecurity(
        boolean privileged,
        boolean readonlyRootfs,
        boolean noNewPrivileges,
        Identity identity,
        Capabilities capabilities,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        Optional<SecurityProfile> seccomp,
        Optional<SecurityProfile> apparmor,
        SelinuxOptions selinux) {
    /** Capabilities to add, to drop, and to put into the ambient set. */
    public record Capabilities(List<String> add, List<String> drop, List<String> addAmbient) {
        public static final Capabilities DEFAULT = new Capabilities(List.of(), List.of(), List.of());

        public Capabilities {
            add = List.copyOf(add);
            drop = List.copyOf(drop);
            addAmbient = List.copyOf(addAmbient);
        }
    }

    public static final ContainerSecurity DEFAULT = new ContainerSecurity(
            false,
            false,
            false,
            Identity.FROM_IMAGE,
            Capabilities.DEFAULT,
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            SelinuxOptions.NONE);

    public ContainerSecurity {
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
    }
}
