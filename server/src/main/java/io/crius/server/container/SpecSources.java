package io.crius.server.container;

import io.crius.server.container.vendor.CdiDevices;
import io.crius.server.container.vendor.NodeHooks;

/** Where specs of containers get what the node has for them. */
public record SpecSources(
        HostDevices devices,
        CdiDevices cdi,
        NodeHooks hooks,
        SubscriptionMounts subscriptions,
        FipsFiles fips,
        VolumeLabels labels,
        SeccompArtifacts seccomp) {}
