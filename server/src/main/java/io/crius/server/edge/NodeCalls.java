package io.crius.server.edge;

import io.crius.server.node.NodeStatus;
import io.crius.server.node.Version;

/** The use cases on the node as a whole. */
public record NodeCalls(Version version, NodeStatus status) {}
