package io.crius.server.edge;

import io.crius.server.events.EventFeed;
import io.crius.server.node.NodeStatus;
import io.crius.server.node.Version;
import java.util.Optional;

/**
 * The use cases on the node as a whole.
 *
 * @param events empty where the configuration does not want any
 */
public record NodeCalls(Version version, NodeStatus status, StatsCalls stats, Optional<EventFeed> events) {}
