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
    LIST("ListContainers, " + Plan.LISTED_CONTAINERS + " containers"),
    PULL("pull of a big image"),
    PULL_SMALL("pull of 20 small images at once"),
    LIST_IMAGES("ListImages, " + Plan.LISTED_IMAGES + " images"),
    START("start to first answer"),
    RESTART("start to first answer with " + Plan.RUNNING_PODS + " pods");

    private final String title;

    Operation(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
