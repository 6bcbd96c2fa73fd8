package io.crius.server.container.spec;

import io.crius.cgroup.Cgroups;
import io.crius.oci.Capability;
import io.crius.oci.seccomp.SeccompProfile;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What node and configuration say about every container.
 *
 * @param available the capabilities that the daemon itself has, which bound what it can give
 * @param leastOomScoreAdj the daemon may not go below its own score without CAP_SYS_RESOURCE
 * @param defaultSeccomp the profile of RuntimeDefault, read when first needed
 */
public record NodeRules(
        Cgroups cgroups,
        Set<Capability> defaultCapabilities,
        Set<Capability> available,
        List<String> defaultEnvironment,
        long pidsLimit,
        int leastOomScoreAdj,
        String goArchitecture,
        Supplier<SeccompProfile> defaultSeccomp) {}
