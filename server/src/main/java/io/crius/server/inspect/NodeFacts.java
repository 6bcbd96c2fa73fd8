package io.crius.server.inspect;

import io.crius.server.node.NodeStatus.CgroupDriver;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What the node is configured to be.
 *
 * @param configuration the configuration in force as TOML
 */
public record NodeFacts(
        String storageDriver, Path storageRoot, CgroupDriver cgroupDriver, Supplier<String> configuration) {}
