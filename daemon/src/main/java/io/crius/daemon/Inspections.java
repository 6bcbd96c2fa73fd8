package io.crius.daemon;

import io.crius.config.CgroupDriver;
import io.crius.config.ConfigPrinter;
import io.crius.config.CriusConfig;
import io.crius.image.ImageCatalog;
import io.crius.image.pull.ImagePuller;
import io.crius.server.explain.Explainer;
import io.crius.server.explain.Leftovers;
import io.crius.server.explain.Requests;
import io.crius.server.explain.StallWatch;
import io.crius.server.inspect.InspectApi;
import io.crius.server.inspect.NodeFacts;
import io.crius.server.inspect.PullInspection;
import io.crius.server.job.CreationJobs;
import io.crius.server.node.NodeStatus;
import io.crius.server.state.Registry;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;

/** What explains the daemon, to people and to the log. Closing it ends the watch for what stalls. */
record Inspections(Requests requests, InspectApi api, StallWatch stalls) implements AutoCloseable {
    static Inspections start(
            CriusConfig config,
            Registry registry,
            Leftovers leftovers,
            ImageCatalog catalog,
            ImagePuller puller,
            Supplier<List<CreationJobs.Running>> creations) {
        var requests = new Requests();
        var explainer = new Explainer(
                registry, requests, leftovers, catalog, new Explainer.Work(puller::inProgress, creations));
        var driver = config.runtime().cgroupManager() == CgroupDriver.SYSTEMD
                ? NodeStatus.CgroupDriver.SYSTEMD
                : NodeStatus.CgroupDriver.CGROUPFS;
        var node = new NodeFacts(
                config.root().storageDriver().word(),
                config.root().root(),
                driver,
                () -> new ConfigPrinter(EnumSet.noneOf(ConfigPrinter.Detail.class)).print(config));
        var pulls = new PullInspection(puller::inProgress, puller::eventsAfter);
        return new Inspections(requests, new InspectApi(node, registry, explainer, pulls), StallWatch.start(explainer));
    }

    @Override
    public void close() {
        stalls.close();
    }
}
