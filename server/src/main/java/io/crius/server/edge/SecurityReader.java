package io.crius.server.edge;

import io.crius.cri.v1.IDMapping;
import io.crius.cri.v1.NamespaceOption;
import io.crius.cri.v1.SELinuxOption;
import io.crius.cri.v1.SupplementalGroupsPolicy;
import io.crius.cri.v1.UserNamespace;
import io.crius.model.CriusException;
import io.crius.oci.runtime.IdMapping;
import io.crius.server.state.Identity;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.NamespaceModes;
import io.crius.server.state.SecurityProfile;
import io.crius.server.state.SelinuxOptions;
import java.util.List;
import java.util.Optional;

/** Reads the parts of the security contexts that pods and containers share. */
final class SecurityReader {
    private static final String LOCALHOST = "localhost/";

    private SecurityReader() {}

    static NamespaceModes namespaces(NamespaceOption options) {
        NamespaceMode pid = mode("pid", options.getPid());
        return new NamespaceModes(
                mode("network", options.getNetwork()),
                pid,
                mode("ipc", options.getIpc()),
                pid == NamespaceMode.TARGET ? Optional.of(options.getTargetId()) : Optional.empty(),
                options.hasUsernsOptions() ? userNamespace(options.getUsernsOptions()) : Optional.empty());
    }

    private static Optional<io.crius.server.state.UserNamespace> userNamespace(UserNamespace options) {
        return switch (options.getMode()) {
            case NODE -> Optional.empty();
            case POD ->
                Optional.of(new io.crius.server.state.UserNamespace(
                        mappings(options.getUidsList()), mappings(options.getGidsList())));
            case CONTAINER, TARGET, UNRECOGNIZED ->
                throw new CriusException.InvalidArgument(
                        "userns_options.mode " + options.getMode().name() + " is not supported: it is POD or NODE");
        };
    }

    /** The three numbers are unsigned on the wire. */
    private static List<IdMapping> mappings(List<IDMapping> mappings) {
        return mappings.stream()
                .map(m -> new IdMapping(
                        Integer.toUnsignedLong(m.getContainerId()),
                        Integer.toUnsignedLong(m.getHostId()),
                        Integer.toUnsignedLong(m.getLength())))
                .toList();
    }

    private static NamespaceMode mode(String namespace, io.crius.cri.v1.NamespaceMode mode) {
        return switch (mode) {
            case POD -> NamespaceMode.POD;
            case CONTAINER -> NamespaceMode.CONTAINER;
            case NODE -> NamespaceMode.NODE;
            case TARGET -> NamespaceMode.TARGET;
            case UNRECOGNIZED ->
                throw new CriusException.InvalidArgument("unknown mode of the " + namespace + " namespace");
        };
    }

    static Identity identity(
            Optional<Long> user,
            Optional<String> username,
            Optional<Long> group,
            List<Long> supplemental,
            SupplementalGroupsPolicy policy) {
        if (group.isPresent() && user.isEmpty() && username.isEmpty()) {
            throw new CriusException.InvalidArgument("user group is specified without user or username");
        }
        Identity.GroupsPolicy groups = switch (policy) {
            case Merge -> Identity.GroupsPolicy.MERGE;
            case Strict -> Identity.GroupsPolicy.STRICT;
            case UNRECOGNIZED -> throw new CriusException.InvalidArgument("unknown supplemental_groups_policy");
        };
        return new Identity(user, username, group, supplemental, groups);
    }

    static SecurityProfile profile(io.crius.cri.v1.SecurityProfile profile) {
        return switch (profile.getProfileType()) {
            case RuntimeDefault -> new SecurityProfile(SecurityProfile.Kind.RUNTIME_DEFAULT, "");
            case Unconfined -> SecurityProfile.UNCONFINED;
            case Localhost -> localhost(profile.getLocalhostRef());
            case UNRECOGNIZED -> throw new CriusException.InvalidArgument("unknown security profile type");
        };
    }

    private static SecurityProfile localhost(String reference) {
        String name = reference.startsWith(LOCALHOST) ? reference.substring(LOCALHOST.length()) : reference;
        if (name.isEmpty()) {
            throw new CriusException.InvalidArgument("a Localhost security profile needs localhost_ref");
        }
        return new SecurityProfile(SecurityProfile.Kind.LOCALHOST, name);
    }

    /** Compat: the deprecated string form counts only where the structured one is unset. */
    static Optional<SecurityProfile> seccomp(boolean given, io.crius.cri.v1.SecurityProfile profile, String path) {
        if (given) {
            return Optional.of(profile(profile));
        }
        return switch (path) {
            case "" -> Optional.empty();
            case "unconfined" -> Optional.of(SecurityProfile.UNCONFINED);
            case "runtime/default", "docker/default" ->
                Optional.of(new SecurityProfile(SecurityProfile.Kind.RUNTIME_DEFAULT, ""));
            default -> Optional.of(localhost(path));
        };
    }

    static SelinuxOptions selinux(SELinuxOption options) {
        return new SelinuxOptions(options.getUser(), options.getRole(), options.getType(), options.getLevel());
    }
}
