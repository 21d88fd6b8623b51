from mgb_engine.cli import main

raise SystemExit(main())
