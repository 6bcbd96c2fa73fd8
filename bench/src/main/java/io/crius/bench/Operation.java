package io.crius.bench;

/** What is measured, in the order of the report. */
enum Operation {
    RUN_POD("RunPodSandbox"),
    CREATE_AND_START("CreateContainer + StartContainer"),
    EXEC("ExecSync of true"),
    STOP_CONTAINER("StopContainer"),
    REMOVE_CONTAINER("RemoveContainer"),
    STOP_POD("StopPodSandbox"),
    REMOVE_POD("RemovePodSandbox"),
    RUN_POD_AT_ONCE("RunPodSandbox" + Operation.AT_ONCE),
    CREATE_AND_START_AT_ONCE("CreateContainer + StartContainer" + Operation.AT_ONCE),
    STOP_CONTAINER_AT_ONCE("StopContainer" + Operation.AT_ONCE),
    REMOVE_CONTAINER_AT_ONCE("RemoveContainer" + Operation.AT_ONCE),
    STOP_POD_AT_ONCE("StopPodSandbox" + Operation.AT_ONCE),
    REMOVE_POD_AT_ONCE("RemovePodSandbox" + Operation.AT_ONCE),
    LIST("ListContainers, " + Plan.LISTED_CONTAINERS + " containers"),
    PULL("pull of a big image"),
    PULL_SMALL("pull of 20 small images at once"),
    LIST_IMAGES("ListImages, " + Plan.LISTED_IMAGES + " images"),
    START("start to first answer"),
    RESTART("start to first answer with " + Plan.RUNNING_PODS + " pods");

    private static final String AT_ONCE = ", four callers at once";

    private final String title;

    Operation(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
